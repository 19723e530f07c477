package dev.holdfast.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A request's body as the gateway hands it over.
 *
 * @param content the text, or the base64 of the bytes
 */
public record RequestBody(String content, boolean isBase64) {

  /** 100 KB, as the API promises. */
  static final int MAX_BYTES = 102_400;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** What the body holds. */
  sealed interface Content {
    record Text(String text) implements Content {}

    /** More than {@value RequestBody#MAX_BYTES} bytes. */
    record TooLarge() implements Content {}

    /** No text. */
    record Unreadable(String why) implements Content {}
  }

  /** The text that the body holds. A byte order mark makes it unreadable, see RFC 8259, 8.1. */
  Content read() {
    ByteBuffer bytes;
    try {
      bytes = bytes();
    } catch (IllegalArgumentException noBase64) {
      return new Content.Unreadable("is marked as base64 and is not");
    } catch (CharacterCodingException unpairedSurrogate) {
      return new Content.Unreadable("is not UTF-8");
    }
    if (bytes.remaining() > MAX_BYTES) {
      return new Content.TooLarge();
    }
    String text;
    try {
      // A new decoder refuses what is no UTF-8; String's constructor would replace it.
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException malformed) {
      return new Content.Unreadable("is not UTF-8");
    }
    if (text.isEmpty()) {
      return new Content.Unreadable("is empty");
    }
    return text.charAt(0) == BYTE_ORDER_MARK
        ? new Content.Unreadable("begins with a byte order mark")
        : new Content.Text(text);
  }

  private ByteBuffer bytes() throws CharacterCodingException {
    return isBase64
        ? ByteBuffer.wrap(Base64.getDecoder().decode(content))
        : StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(content));
  }
}
