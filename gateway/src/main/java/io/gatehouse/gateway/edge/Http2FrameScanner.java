package io.gatehouse.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Reads the headers of the frames that a client sends (RFC 9113 section 4.1) while their bytes pass
 * by, and nothing else of them.
 */
final class Http2FrameScanner {
  private static final int END_HEADERS = 0x4;
  private static final int LENGTH_AND_TYPE = 4;
  private static final int FLAGS = LENGTH_AND_TYPE + 1;

  /** Whoever counts the frames. */
  interface Frames {
    /**
     * A frame begins.
     *
     * @param type one of {@link Http2FrameTypes}, or any other byte
     * @param flags the frame's flags byte
     * @param stream 0 for the connection
     * @param length of the payload in bytes
     * @return false to see no more
     */
    boolean begins(int type, int flags, int stream, int length);
  }

  private final Frames frames;

  /** Bytes of the preface or of a payload that are still to come. */
  private int left = Http2CodecUtil.connectionPrefaceBuf().readableBytes();

  private int headerBytes;
  private int lengthAndType;
  private int flags;
  private int stream;
  private boolean headersOpen;
  private long units;

  Http2FrameScanner(Frames frames) {
    this.frames = frames;
  }

  /** Looks at these bytes and leaves them as they are; false when the frames are seen enough of. */
  boolean scan(ByteBuf bytes) {
    var at = bytes.readerIndex();
    if (units == 0 && bytes.isReadable()) {
      units = 1;
    }
    while (at < bytes.writerIndex()) {
      if (left > 0) {
        var passing = Math.min(left, bytes.writerIndex() - at);
        left -= passing;
        at += passing;
      } else if (!header(bytes.getUnsignedByte(at++))) {
        return false;
      }
    }
    return true;
  }

  private boolean header(int octet) {
    if (headerBytes == 0 && !headersOpen) {
      units++;
    }
    headerBytes++;
    if (headerBytes <= LENGTH_AND_TYPE) {
      lengthAndType = lengthAndType << 8 | octet;
    } else if (headerBytes == FLAGS) {
      flags = octet;
    } else {
      stream = stream << 8 | octet;
    }
    if (headerBytes < Http2CodecUtil.FRAME_HEADER_LENGTH) {
      return true;
    }
    var type = lengthAndType & 0xff;
    left = lengthAndType >>> 8;
    headerBytes = 0;
    if (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION) {
      headersOpen = (flags & END_HEADERS) == 0;
    }
    return frames.begins(type, flags, stream & Integer.MAX_VALUE, left);
  }

  /** True inside the preface, a frame, or a head that spans several: it must come to an end. */
  boolean isInside() {
    return units > 0 && (left > 0 || headerBytes > 0 || headersOpen);
  }

  /** How many of these have begun. */
  long units() {
    return units;
  }
}
