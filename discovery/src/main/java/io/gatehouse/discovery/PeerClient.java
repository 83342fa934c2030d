package io.gatehouse.discovery;

import com.netflix.discovery.converters.wrappers.CodecWrapper;
import com.netflix.discovery.shared.transport.EurekaHttpResponse;
import com.netflix.eureka.cluster.HttpReplicationClient;
import com.netflix.eureka.cluster.PeerEurekaNode;
import com.netflix.eureka.cluster.protocol.ReplicationList;
import com.netflix.eureka.cluster.protocol.ReplicationListResponse;
import com.netflix.eureka.resources.ASGResource.ASGStatus;
import org.springframework.cloud.netflix.eureka.http.RestClientEurekaHttpClient;
import org.springframework.http.MediaType;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.web.client.RestClient;

/**
 * Tells a peer what this registry was told, in batches. The stock one (Jersey's) can be given
 * neither credentials nor an authority of our own.
 */
final class PeerClient extends RestClientEurekaHttpClient implements HttpReplicationClient {
  private final RestClient http;
  private final CodecWrapper json;

  /**
   * Speaks to one peer.
   *
   * @param http with the peer's address, credentials and time limits
   */
  PeerClient(RestClient http, CodecWrapper json) {
    super(http);
    this.http = http;
    this.json = json;
  }

  @Override
  public EurekaHttpResponse<ReplicationListResponse> submitBatchUpdates(ReplicationList list) {
    return http.post()
        .uri(uri -> uri.path(PeerEurekaNode.BATCH_URL_PATH).build())
        .contentType(MediaType.APPLICATION_JSON)
        .accept(MediaType.APPLICATION_JSON)
        .body(body(list))
        .exchange(
            (_, answer) -> {
              var status = answer.getStatusCode();
              var response =
                  EurekaHttpResponse.anEurekaHttpResponse(
                      status.value(), ReplicationListResponse.class);
              if (status.is2xxSuccessful()) {
                response.entity(json.decode(answer.getBody(), ReplicationListResponse.class));
              }
              return response.build();
            });
  }

  /** Groups of a cloud that nothing here runs in. */
  @Override
  public EurekaHttpResponse<Void> statusUpdate(String group, ASGStatus status) {
    return EurekaHttpResponse.status(200);
  }

  /** Past the converters, which would write bytes as base64. */
  private StreamingHttpOutputMessage.Body body(ReplicationList list) {
    return out -> json.encode(list, out);
  }
}
