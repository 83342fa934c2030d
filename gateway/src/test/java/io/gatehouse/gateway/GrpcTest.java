package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** gRPC from its own client through HTTPS to its own server, by a route that says {@code h2c}. */
@TestPropertySource(
    properties = {
      "spring.config.additional-location=classpath:grpc-routes.yml",
      // The test tokens' issuer.
      "gatehouse.public-url=http://localhost:8080"
    })
class GrpcTest extends HttpsGateway {
  private static final MethodDescriptor<String, String> UNARY = method(MethodType.UNARY, "Unary");
  private static final MethodDescriptor<String, String> CHAT =
      method(MethodType.BIDI_STREAMING, "Chat");
  private static final Server SERVER = server();

  private final List<ManagedChannel> channels = new ArrayList<>();

  @DynamicPropertySource
  static void grpc(DynamicPropertyRegistry properties) {
    properties.add("test.grpc-port", SERVER::getPort);
  }

  @AfterEach
  void closed() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @AfterAll
  static void stopped() {
    SERVER.shutdownNow();
  }

  @Test
  void unaryCall_passes() throws IOException {
    assertThat(call(TOKENS.user("ada"), "hello")).isEqualTo("echo of hello");
  }

  @Test
  void status_passes_asATrailer() throws IOException {
    var channel = channel(TOKENS.user("ada"));

    var failed =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "fail"));

    assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(failed.getStatus().getDescription()).isEqualTo("as was asked");
  }

  @Test
  void status_passes_behindMessages() throws Exception {
    var answers = new LinkedBlockingQueue<String>();
    var requests =
        ClientCalls.asyncBidiStreamingCall(
            channel(TOKENS.user("ada")).newCall(CHAT, CallOptions.DEFAULT), into(answers));

    requests.onNext("one");
    assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("echo of one");
    requests.onNext("fail");
    assertThat(answers.poll(60, TimeUnit.SECONDS)).contains("FAILED_PRECONDITION: as was asked");
  }

  @Test
  void messages_passBothWays_whileTheCallLasts() throws Exception {
    var answers = new LinkedBlockingQueue<String>();
    var requests =
        ClientCalls.asyncBidiStreamingCall(
            channel(TOKENS.user("ada")).newCall(CHAT, CallOptions.DEFAULT), into(answers));

    for (var word : List.of("one", "two", "three")) {
      requests.onNext(word);
      assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("echo of " + word);
    }
    requests.onCompleted();
    assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("completed");
  }

  @Test
  void callWithoutAToken_isRefused() throws IOException {
    var channel = channel("no.such.token");

    var failed =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, "hello"));

    assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  private String call(String token, String text) throws IOException {
    return ClientCalls.blockingUnaryCall(channel(token), UNARY, CallOptions.DEFAULT, text);
  }

  private io.grpc.Channel channel(String token) throws IOException {
    var channel =
        NettyChannelBuilder.forAddress(new InetSocketAddress("127.0.0.1", https.port()))
            .sslContext(
                GrpcSslContexts.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build())
            .overrideAuthority("gate.example.com")
            .build();
    channels.add(channel);
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return io.grpc.ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static StreamObserver<String> into(BlockingQueue<String> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String value) {
        answers.add(value);
      }

      @Override
      public void onError(Throwable failed) {
        answers.add(failed.toString());
      }

      @Override
      public void onCompleted() {
        answers.add("completed");
      }
    };
  }

  private static Server server() {
    var service =
        ServerServiceDefinition.builder("test.Echo")
            .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcTest::unary))
            .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(GrpcTest::chat))
            .build();
    try {
      return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
          .addService(service)
          .build()
          .start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void unary(String text, StreamObserver<String> answers) {
    if (text.equals("fail")) {
      answers.onError(asAsked());
      return;
    }
    answers.onNext("echo of " + text);
    answers.onCompleted();
  }

  private static StatusRuntimeException asAsked() {
    return Status.FAILED_PRECONDITION.withDescription("as was asked").asRuntimeException();
  }

  private static StreamObserver<String> chat(StreamObserver<String> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String text) {
        if (text.equals("fail")) {
          answers.onError(asAsked());
        } else {
          answers.onNext("echo of " + text);
        }
      }

      @Override
      public void onError(Throwable failed) {
        answers.onError(failed);
      }

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private static MethodDescriptor<String, String> method(MethodType type, String name) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("test.Echo", name))
        .setRequestMarshaller(Texts.INSTANCE)
        .setResponseMarshaller(Texts.INSTANCE)
        .build();
  }

  /** Texts as bytes: what is in a message is no matter of the gateway's. */
  private enum Texts implements MethodDescriptor.Marshaller<String> {
    INSTANCE;

    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
