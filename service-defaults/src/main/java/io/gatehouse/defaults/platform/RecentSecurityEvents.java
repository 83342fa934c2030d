package io.gatehouse.defaults.platform;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The last security events of this process, kept in memory: the log has them all. The management
 * port, which is not reachable from outside, tells them to the gateway for the console.
 */
@Endpoint(id = "securityevents")
public class RecentSecurityEvents extends UnsynchronizedAppenderBase<ILoggingEvent>
    implements DisposableBean {
  private static final int MOST = 200;

  private final Deque<Map<String, String>> events = new ArrayDeque<>();

  RecentSecurityEvents() {
    setName("recent-security-events");
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      setContext(context);
      start();
      security(context).addAppender(this);
    }
  }

  private static Logger security(LoggerContext context) {
    return context.getLogger("security");
  }

  @Override
  protected void append(ILoggingEvent event) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("at", Times.text(event.getInstant()));
    for (var pair : event.getKeyValuePairs()) {
      if (pair.value != null) {
        fields.put(pair.key, pair.value.toString());
      }
    }
    synchronized (events) {
      events.addFirst(fields);
      if (events.size() > MOST) {
        events.removeLast();
      }
    }
  }

  /**
   * The newest first, each with the fields of the log and its time.
   *
   * @param most null for all that are kept
   */
  @ReadOperation
  public List<Map<String, String>> newest(@Nullable Integer most) {
    synchronized (events) {
      return events.stream().limit(most == null ? MOST : Math.max(0, most)).toList();
    }
  }

  @Override
  public void destroy() {
    if (getContext() instanceof LoggerContext context) {
      security(context).detachAppender(this);
    }
    stop();
  }
}
