package org.naap.connect;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.cache.Cache;
import org.apache.kafka.common.cache.LRUCache;
import org.apache.kafka.common.cache.SynchronizedCache;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Carries what ksqlDB keeps in a record's key into its value, so that a sink that writes values only writes whole rows: the key's text
 * as <code>_key</code>, of windowed topics the window as <code>_window_start</code> and <code>_window_end</code>, of tables whether the row
 * was deleted as <code>_deleted</code>: a tombstone becomes a row. Takes keys as bytes (ByteArrayConverter) and values as Struct.
 */
public final class RecordKey<R extends ConnectRecord<R>> implements Transformation<R> {
  /** Topics of tables: their tombstones are rows. */
  public static final String TABLES = "tables";
  /** <code>topic=&lt;size in ms&gt;</code> or <code>topic=session</code>, by commas: how the window lies behind the key's bytes. */
  public static final String WINDOWS = "windows";

  private static final String KEY = "_key";
  private static final String WINDOW_START = "_window_start";
  private static final String WINDOW_END = "_window_end";
  private static final String DELETED = "_deleted";
  private static final int SCHEMAS_KEPT = 256;
  /** Size that stands for windows which carry both of their ends. */
  private static final long SESSION = -1;

  private final Set<String> tables = new HashSet<>();
  private final Map<String, Long> windows = new HashMap<>();
  private final Cache<SchemaOf, Schema> schemas = new SynchronizedCache<>(new LRUCache<>(SCHEMAS_KEPT));

  private record SchemaOf(Schema value, boolean windowed, boolean table) {}

  private record Key(String text, Date start, Date end) {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define(TABLES, ConfigDef.Type.LIST, "", ConfigDef.Importance.HIGH, "Topics of tables: a tombstone is a row that was deleted.")
        .define(WINDOWS, ConfigDef.Type.LIST, "", ConfigDef.Importance.HIGH, "Windowed topics: topic=<size in ms> or topic=session.");
  }

  @Override
  public void configure(Map<String, ?> settings) {
    Map<String, Object> parsed = config().parse(settings);
    for (Object topic : (Iterable<?>) parsed.get(TABLES)) tables.add(topic.toString());
    for (Object entry : (Iterable<?>) parsed.get(WINDOWS)) addWindow(entry.toString());
  }

  private void addWindow(String entry) {
    int at = entry.indexOf('=');
    String size = entry.substring(at + 1);
    if (at < 1 || !size.matches("session|[1-9]\\d*")) {
      throw new ConfigException(WINDOWS, entry, "expected topic=<size in ms> or topic=session");
    }
    windows.put(entry.substring(0, at), size.equals("session") ? SESSION : Long.parseLong(size));
  }

  @Override
  public R apply(R record) {
    boolean table = tables.contains(record.topic());
    // Nothing was deleted: a stream's record without a value holds no row.
    if (record.value() == null && !table) return null;
    if (record.value() != null && !(record.value() instanceof Struct)) {
      throw new DataException("expected a value with a schema, found " + record.value().getClass().getName());
    }
    Struct value = (Struct) record.value();
    Long window = windows.get(record.topic());
    Key key = keyOf(record.key(), window);
    Schema schema = schemaOf(new SchemaOf(value == null ? null : value.schema(), window != null, table));
    Struct row = new Struct(schema).put(KEY, key.text);
    if (value != null) for (Field field : value.schema().fields()) row.put(field.name(), value.get(field));
    if (window != null) row.put(WINDOW_START, key.start).put(WINDOW_END, key.end);
    if (table) row.put(DELETED, value == null);
    return record.newRecord(record.topic(), record.kafkaPartition(), record.keySchema(), record.key(), schema, row, record.timestamp());
  }

  private Schema schemaOf(SchemaOf of) {
    Schema known = schemas.get(of);
    if (known != null) return known;
    SchemaBuilder builder = SchemaBuilder.struct().field(KEY, Schema.OPTIONAL_STRING_SCHEMA);
    if (of.value != null) for (Field field : of.value.fields()) builder.field(field.name(), field.schema());
    if (of.windowed) {
      builder.field(WINDOW_START, Timestamp.builder().optional().build());
      builder.field(WINDOW_END, Timestamp.builder().optional().build());
    }
    if (of.table) builder.field(DELETED, Schema.OPTIONAL_BOOLEAN_SCHEMA);
    Schema made = builder.build();
    schemas.put(of, made);
    return made;
  }

  /** Kafka Streams writes a time window as key, start; a session as key, end, start: 8 bytes each. */
  private static Key keyOf(Object key, Long window) {
    if (key == null) return new Key(null, null, null);
    if (!(key instanceof byte[] bytes)) {
      throw new DataException("expected a key as bytes, found " + key.getClass().getName() + ": set key.converter to ByteArrayConverter");
    }
    if (window == null) return new Key(text(bytes, bytes.length), null, null);
    int length = bytes.length - Long.BYTES * (window == SESSION ? 2 : 1);
    if (length < 0) throw new DataException("expected a window behind the key, found " + bytes.length + " bytes");
    ByteBuffer bounds = ByteBuffer.wrap(bytes, length, bytes.length - length);
    long first = bounds.getLong();
    if (window == SESSION) return new Key(text(bytes, length), new Date(bounds.getLong()), new Date(first));
    return new Key(text(bytes, length), new Date(first), new Date(first + window));
  }

  private static String text(byte[] bytes, int length) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException error) {
      throw new DataException("expected a key of text (KAFKA string or JSON), found bytes that are no UTF-8");
    }
  }

  @Override
  public void close() {
    tables.clear();
    windows.clear();
  }
}
