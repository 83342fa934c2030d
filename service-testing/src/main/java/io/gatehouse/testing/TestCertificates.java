package io.gatehouse.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An authority of a test's own and what it certifies; each one is a stranger to the others. */
public final class TestCertificates {
  private final X509Bundle authority;

  public TestCertificates() {
    authority = built(new CertificateBuilder().subject("CN=Test authority"), null);
  }

  /** A folder with {@code tls.crt}, {@code tls.key} (PKCS #8) and {@code ca.crt} in PEM. */
  public record Folder(Path path) {
    public Path certificate() {
      return path.resolve("tls.crt");
    }

    public Path key() {
      return path.resolve("tls.key");
    }

    public Path ca() {
      return path.resolve("ca.crt");
    }
  }

  /** A certificate for a server of this name, with its key. */
  public Folder issue(String name) {
    var issued = certify(name);
    try {
      var folder = new Folder(Files.createTempDirectory("gatehouse-tls"));
      // In the order that undoes it backwards: the folder last.
      for (var path : List.of(folder.path(), folder.certificate(), folder.key(), folder.ca())) {
        path.toFile().deleteOnExit();
      }
      Files.writeString(folder.certificate(), issued.getCertificatePathPEM());
      Files.writeString(folder.key(), issued.getPrivateKeyPEM());
      Files.writeString(folder.ca(), authority.getRootCertificatePEM());
      // PostgreSQL refuses a key that others may read.
      Files.setPosixFilePermissions(folder.key(), PosixFilePermissions.fromString("rw-------"));
      return folder;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The same for a server inside the test. */
  public SSLContext server(String name) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(certify(name).toKeyManagerFactory().getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private X509Bundle certify(String name) {
    return built(new CertificateBuilder().subject("CN=" + name).addSanDnsName(name), authority);
  }

  private static X509Bundle built(CertificateBuilder builder, @Nullable X509Bundle issuer) {
    try {
      builder.ecp256();
      return issuer == null
          ? builder.setIsCertificateAuthority(true).buildSelfSigned()
          : builder.buildIssuedBy(issuer);
    } catch (Exception failed) {
      // The builder declares no less.
      throw new IllegalStateException(failed);
    }
  }
}
