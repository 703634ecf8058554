import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;

/** Changelogs as the curated sinks write them, without a platform: made of rows from standard input, or read back. For `retention.test.ts`. */
public final class ChangelogTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    JsonNode task = JSON.readTree(System.in);
    Map<String, String> properties = new HashMap<>();
    task.get("catalog").properties().forEach(it -> properties.put(it.getKey(), it.getValue().asText()));
    Catalog catalog = CatalogUtil.buildIcebergCatalog("iceberg", properties, null);
    for (JsonNode table : task.get("tables")) {
      TableIdentifier name = TableIdentifier.parse(table.get("name").asText());
      if (args[0].equals("write")) write(catalog, name, table);
      else read(catalog.loadTable(name), name);
    }
  }

  private static Schema schema(boolean windowed) {
    List<Types.NestedField> fields = new ArrayList<>();
    fields.add(Types.NestedField.optional(1, "_key", Types.StringType.get()));
    fields.add(Types.NestedField.optional(2, "_deleted", Types.BooleanType.get()));
    Types.StructType place = Types.StructType.of(
        Types.NestedField.optional(4, "partition", Types.IntegerType.get()), Types.NestedField.optional(5, "offset", Types.LongType.get()));
    fields.add(Types.NestedField.optional(3, "kafka", place));
    fields.add(Types.NestedField.optional(6, "dt", Types.StringType.get()));
    if (windowed) {
      fields.add(Types.NestedField.optional(7, "_window_start", Types.TimestampType.withZone()));
      fields.add(Types.NestedField.optional(8, "_window_end", Types.TimestampType.withZone()));
    }
    return new Schema(fields);
  }

  /** Each batch is a commit with the sink's note, a file a day. */
  private static void write(Catalog catalog, TableIdentifier name, JsonNode declared) throws Exception {
    Schema schema = schema(declared.get("changelog").asText().equals("windows"));
    PartitionSpec spec = PartitionSpec.builderFor(schema).identity("dt").build();
    if (catalog instanceof SupportsNamespaces it && !it.namespaceExists(name.namespace())) it.createNamespace(name.namespace());
    Table table = catalog.createTable(name, schema, spec);
    int number = 0;
    for (JsonNode batch : declared.get("batches")) {
      Map<String, List<Record>> days = new TreeMap<>();
      for (JsonNode row : batch) {
        Record record = recordOf(table.schema(), row);
        days.computeIfAbsent(row.get("dt").asText(), it -> new ArrayList<>()).add(record);
      }
      AppendFiles append = table.newAppend().set("kafka.connect.offsets", "{\"0\":" + number++ + "}");
      for (List<Record> rows : days.values()) {
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        key.partition(rows.get(0));
        var writers = new GenericFileWriterFactory.Builder(table).dataFileFormat(FileFormat.PARQUET).dataSchema(table.schema()).build();
        var target = OutputFileFactory.builderFor(table, 1, System.nanoTime()).format(FileFormat.PARQUET).build();
        DataWriter<Record> writer = writers.newDataWriter(target.newOutputFile(table.spec(), key), table.spec(), key);
        try (writer) {
          rows.forEach(writer::write);
        }
        append.appendFile(writer.toDataFile());
      }
      append.commit();
    }
  }

  private static Record recordOf(Schema schema, JsonNode row) {
    Record place = GenericRecord.create(schema.findType("kafka").asStructType());
    place.setField("partition", 0);
    place.setField("offset", row.get("offset").asLong());
    Record record = GenericRecord.create(schema);
    if (!row.get("key").isNull()) record.setField("_key", row.get("key").asText());
    record.setField("_deleted", row.get("deleted").asBoolean());
    record.setField("kafka", place);
    record.setField("dt", row.get("dt").asText());
    if (row.has("start")) {
      record.setField("_window_start", time(row.get("start")));
      record.setField("_window_end", time(row.get("end")));
    }
    return record;
  }

  private static OffsetDateTime time(JsonNode ms) {
    return Instant.ofEpochMilli(ms.asLong()).atOffset(ZoneOffset.UTC);
  }

  private static void read(Table table, TableIdentifier name) throws Exception {
    ObjectNode found = JSON.createObjectNode().put("table", name.toString());
    found.put("note", table.currentSnapshot().summary().get("kafka.connect.offsets"));
    var offsets = found.putArray("offsets");
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      for (Record row : rows) offsets.add((Long) ((Record) row.getField("kafka")).getField("offset"));
    }
    System.out.println(found);
  }
}
