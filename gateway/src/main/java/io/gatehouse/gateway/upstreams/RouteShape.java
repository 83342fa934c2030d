package io.gatehouse.gateway.upstreams;

/**
 * Tells a service's routes apart, whose names the gateway does not know: method and path, with
 * every segment that looks like somebody's choice (an id, a name) taken for any other.
 */
final class RouteShape {
  private static final int LONGEST_WORD = 20;

  private RouteShape() {}

  /** A hash: equal for calls of one route. */
  static int of(String method, String uri) {
    var end = uri.indexOf('?') < 0 ? uri.length() : uri.indexOf('?');
    var shape = method.hashCode();
    for (var from = 0; from < end; ) {
      var slash = uri.indexOf('/', from);
      var to = slash < 0 || slash > end ? end : slash;
      shape = shape * 31 + (isWord(uri, from, to) ? uri.substring(from, to).hashCode() : 1);
      from = to + 1;
    }
    return shape;
  }

  private static boolean isWord(String uri, int from, int to) {
    if (to - from > LONGEST_WORD) {
      return false;
    }
    for (var i = from; i < to; i++) {
      var c = uri.charAt(i);
      if ((c < 'a' || c > 'z') && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }
}
