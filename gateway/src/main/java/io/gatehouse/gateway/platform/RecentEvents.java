package io.gatehouse.gateway.platform;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.gatehouse.defaults.platform.Times;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** The last security events of this gateway, kept in memory: the log has them all. */
@Component
class RecentEvents extends UnsynchronizedAppenderBase<ILoggingEvent> implements DisposableBean {
  private static final int MOST = 200;

  private final Deque<Map<String, Object>> events = new ArrayDeque<>();

  RecentEvents() {
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
    var fields = new LinkedHashMap<String, Object>();
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

  /** The newest first, each with the fields of the log and its time. */
  List<Map<String, Object>> newest() {
    synchronized (events) {
      return new ArrayList<>(events);
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
