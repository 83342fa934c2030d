package io.gatehouse.gateway.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.stereotype.Component;

/**
 * The certificate in use: the configured one, read again when its file changes; else a self-signed
 * one for localhost, made on the first start.
 */
@Component
class Certificates {
  private static final int KEYTOOL_SECONDS = 30;

  private final TlsProperties properties;
  private List<FileTime> readAt = List.of();

  Certificates(TlsProperties properties) {
    this.properties = properties;
  }

  /** False when a self-signed one is made. */
  boolean areConfigured() {
    return properties.certificate() != null;
  }

  /** How often to ask for a change. */
  Duration check() {
    return properties.check();
  }

  /**
   * The certificate and key to use from now on; null when nothing has changed since the last call.
   *
   * @throws IOException when the files cannot be read or made
   * @throws GeneralSecurityException when they hold no certificate and key
   */
  synchronized @Nullable X509ExtendedKeyManager changed()
      throws IOException, GeneralSecurityException {
    var certificate = properties.certificate();
    var key = properties.key();
    var file = certificate == null ? selfSigned() : certificate;
    var modified = List.of(modifiedAt(file), modifiedAt(key == null ? file : key));
    if (modified.equals(readAt)) {
      return null;
    }
    var manager = certificate == null || key == null ? fromStore(file) : fromPem(certificate, key);
    readAt = modified;
    return manager;
  }

  private static FileTime modifiedAt(Path file) throws IOException {
    return Files.getLastModifiedTime(file);
  }

  /** Between the writing of the one file and of the other they do not fit: tried again later. */
  private static X509ExtendedKeyManager fromPem(Path certificate, Path key)
      throws GeneralSecurityException {
    var pem = new PemSslBundleProperties();
    pem.getKeystore().setCertificate(certificate.toUri().toString());
    pem.getKeystore().setPrivateKey(key.toUri().toString());
    pem.getKeystore().setVerifyKeys(true);
    try {
      var managers = PropertiesSslBundle.get(pem).getManagers().getKeyManagers();
      return (X509ExtendedKeyManager) managers[0];
    } catch (IllegalStateException | IllegalArgumentException | UncheckedIOException unusable) {
      throw new GeneralSecurityException(unusable.getMessage(), unusable);
    }
  }

  private X509ExtendedKeyManager fromStore(Path file) throws IOException, GeneralSecurityException {
    var password = password(file);
    return manager(KeyStore.getInstance(file.toFile(), password.toCharArray()), password);
  }

  private static X509ExtendedKeyManager manager(KeyStore store, String password)
      throws GeneralSecurityException {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password.toCharArray());
    return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
  }

  private Path selfSigned() throws IOException {
    var file = properties.directory().resolve("self-signed.p12");
    if (Files.exists(file)) {
      return file;
    }
    Files.createDirectories(properties.directory());
    var secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    var passwordFile = passwordFile(file);
    Files.deleteIfExists(passwordFile);
    Files.createFile(
        passwordFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile, Base64.getUrlEncoder().encodeToString(secret));
    keytool(file, passwordFile);
    return file;
  }

  private static Path passwordFile(Path store) {
    return store.resolveSibling("self-signed.password");
  }

  private static String password(Path store) throws IOException {
    return Files.readString(passwordFile(store), StandardCharsets.UTF_8).strip();
  }

  /** The JDK's own tool: the only maker of certificates that every Java runtime has. */
  private static void keytool(Path file, Path passwordFile) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "gatehouse",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost, O=Gatehouse self-signed",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1",
                "-validity",
                "825",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass:file",
                passwordFile.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool did not make a certificate in " + file);
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while making a certificate", interrupted);
    }
  }
}
