import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.ExpireSnapshots.CleanupLevel;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.StrictMetricsEvaluator;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Upkeep of Iceberg tables while a sink writes them: small files become large ones, old snapshots expire, files that belong to no
 * snapshot go, and rows whose time is over. Run as a source file with the jars of the Iceberg sink on the class path (one file: Java 17 runs no
 * more as they are); reads its task as JSON from standard input, or from the file that it is given; writes one JSON object a table to
 * standard output. All of it goes through Iceberg's own commits, so that a table is whole at any moment and an interrupted run is simply
 * repeated.
 */
public final class Upkeep {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** What the sink remembers in its snapshots: which offsets of its control topic the table has seen. */
  private static final String SINK_PROPERTIES = "kafka.connect.";
  /** A file of at least this share of the target size stays as it is. */
  private static final double LARGE_ENOUGH = 0.75;
  /** A secret that is a file of its own. */
  private static final Pattern SECRET_FILE = Pattern.compile("\\$\\{file:([^}]+)\\}");

  private final JsonNode task;

  private Upkeep(JsonNode task) {
    this.task = task;
  }

  public static void main(String[] args) throws IOException {
    JsonNode task = args.length > 0 ? JSON.readTree(Path.of(args[0]).toFile()) : JSON.readTree(System.in);
    boolean failed = false;
    for (JsonNode table : task.get("tables")) {
      ObjectNode report = JSON.createObjectNode().put("table", table.get("name").asText());
      try {
        new Upkeep(task).keep(table, report);
      } catch (Exception error) {
        failed = true;
        report.put("error", error.getClass().getSimpleName() + ": " + error.getMessage());
      }
      System.out.println(report);
    }
    System.exit(failed ? 1 : 0);
  }

  private void keep(JsonNode declared, ObjectNode report) throws Exception {
    long started = System.currentTimeMillis();
    Map<String, String> properties = new HashMap<>();
    declared.get("catalog").properties().forEach(it -> properties.put(it.getKey(), withSecrets(it.getValue().asText())));
    Catalog catalog = CatalogUtil.buildIcebergCatalog("iceberg", properties, null);
    try (AutoCloseable closing = catalog instanceof AutoCloseable it ? it : () -> {}) {
      TableIdentifier name = TableIdentifier.parse(declared.get("name").asText());
      if (!catalog.tableExists(name)) {
        report.put("absent", true);
        return;
      }
      Table table = catalog.loadTable(name);
      count(table, report, "before");
      if (task.path("countOnly").asBoolean()) return;
      boolean dryRun = task.get("dryRun").asBoolean();
      if (declared.has("changelog")) new ChangelogRetention(table, declared).run(dryRun, report);
      else if (declared.has("keepMs")) dropOldDays(table, declared.get("keepMs").asLong(), dryRun, report);
      compact(table, dryRun, report);
      if (!dryRun) limitMetadata(table);
      expire(table, dryRun, report);
      removeOrphans(table, dryRun, report);
      table.refresh();
      count(table, report, "after");
      report.put("ms", System.currentTimeMillis() - started);
    }
  }

  private static String withSecrets(String value) {
    return SECRET_FILE.matcher(value).replaceAll(it -> Matcher.quoteReplacement(secret(it.group(1))));
  }

  private static String secret(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException error) {
      throw new UncheckedIOException("secret file " + file + " cannot be read", error);
    }
  }

  private void count(Table table, ObjectNode report, String when) throws IOException {
    long files = 0, small = 0, bytes = 0, rows = 0, most = 0;
    Map<String, Long> filesOfPartition = new HashMap<>();
    try (CloseableIterable<FileScanTask> scan = table.newScan().planFiles()) {
      for (FileScanTask it : scan) {
        files++;
        bytes += it.file().fileSizeInBytes();
        rows += it.file().recordCount();
        if (isSmall(it.file())) small++;
        most = Math.max(most, filesOfPartition.merge(it.spec().partitionToPath(it.file().partition()), 1L, Long::sum));
      }
    }
    report.putObject(when)
        .put("files", files)
        .put("smallFiles", small)
        .put("mostFilesInPartition", most)
        .put("bytes", bytes)
        .put("rows", rows)
        .put("snapshots", sizeOf(table.snapshots()));
  }

  // ---- days that are over

  /** Whole partitions, so that it is metadata alone: the files go with the snapshots that hold them. */
  private static void dropOldDays(Table table, long keepMs, boolean dryRun, ObjectNode report) throws IOException {
    if (table.schema().findField("dt") == null) return;
    LocalDate first = dayBefore(keepMs);
    Expression old = Expressions.lessThan("dt", first.toString());
    long rows = 0;
    try (CloseableIterable<FileScanTask> scan = table.newScan().filter(old).planFiles()) {
      for (FileScanTask it : scan) rows += it.file().recordCount();
    }
    report.put("droppedRows", rows);
    if (dryRun || rows == 0) return;
    DeleteFiles commit = table.newDelete().deleteFromRowFilter(old);
    sinkProperties(table, table.currentSnapshot()).forEach(commit::set);
    commit.commit();
    table.refresh();
  }

  private static LocalDate dayBefore(long ms) {
    return Instant.now().minusMillis(ms).atZone(ZoneOffset.UTC).toLocalDate();
  }

  /**
   * Of a changelog the rows that no longer count, so that the newest row of each key is the same before and after:
   * <ul>
   * <li>a row of a day that is over goes when a newer one of its key is there (`supersededMs`), a deletion when all that it deleted is gone;
   * <li>a window goes with all its rows when it ended too long ago (`keepMs`);
   * <li>a key without a window goes with all its rows when they all are too old (`keepMs`); without `keepMs` its newest row stays for ever.
   * </ul>
   * Once a day: until then the same days are over. All of it is one commit.
   */
  private static final class ChangelogRetention {
    /** Bounds the memory: so many rows' keys are held at once (about 400 MB), and the key columns of a larger table are read several times. */
    private static final int ROWS_A_PASS = 2_000_000;
    private static final String DONE = "naap.retention-done";
    private static final String START = "_window_start";
    private static final String END = "_window_end";
    private static final Pattern DAY = Pattern.compile("(?:^|/)dt=(\\d{4}-\\d{2}-\\d{2})");

    private final Table table;
    private final boolean windowed;
    /** Null: rows that were replaced stay as long as their window. */
    private final LocalDate supersededBefore;
    /** Null: for ever. */
    private final LocalDate keptFrom;
    /** By file the rows that go, by their place in it. */
    private final Map<DataFile, BitSet> over = new LinkedHashMap<>();

    ChangelogRetention(Table table, JsonNode declared) {
      this.table = table;
      windowed = declared.get("changelog").asText().equals("windows");
      keptFrom = declared.has("keepMs") ? dayBefore(declared.get("keepMs").asLong()) : null;
      LocalDate superseded = declared.has("supersededMs") ? dayBefore(declared.get("supersededMs").asLong()) : null;
      supersededBefore = superseded == null && !windowed ? keptFrom : superseded;
    }

    void run(boolean dryRun, ObjectNode report) throws IOException {
      String due = supersededBefore + " " + keptFrom;
      String done = table.properties().getOrDefault(DONE, "");
      if (due.equals(done) || table.currentSnapshot() == null) return;
      // Rows of another shape than the connector writes now: nobody can tell what replaces what.
      if (!List.of("_key", "_deleted", windowed ? END : "_key").stream().allMatch(it -> table.schema().findField(it) != null)) return;
      List<DataFile> files = files();
      if (windowed && keptFrom != null) endedWindows(files);
      if (supersededBefore != null) superseded(files, done.split(" ")[0]);
      report.put("droppedRows", over.values().stream().mapToLong(BitSet::cardinality).sum());
      if (dryRun) return;
      commit();
      table.updateProperties().set(DONE, due).commit();
    }

    /** Those that nothing but their own rows speaks for. */
    private List<DataFile> files() throws IOException {
      List<DataFile> files = new ArrayList<>();
      try (CloseableIterable<FileScanTask> scan = table.newScan().includeColumnStats().planFiles()) {
        for (FileScanTask it : scan) {
          if (it.deletes().isEmpty() && it.file().specId() == table.spec().specId()) files.add(it.file().copy());
        }
      }
      return files;
    }

    private void endedWindows(List<DataFile> files) throws IOException {
      OffsetDateTime end = keptFrom.atStartOfDay().atOffset(ZoneOffset.UTC);
      Expression ended = Expressions.lessThanOrEqual(END, end.toString());
      InclusiveMetricsEvaluator some = new InclusiveMetricsEvaluator(table.schema(), ended);
      StrictMetricsEvaluator all = new StrictMetricsEvaluator(table.schema(), ended);
      for (DataFile file : files) {
        if (!some.eval(file)) continue;
        if (all.eval(file)) placesOf(file).set(0, Math.toIntExact(file.recordCount()));
        else
          each(file, table.schema().select(END), (row, place) -> {
            if (row.getField(END) instanceof OffsetDateTime it && !it.isAfter(end)) placesOf(file).set(place);
          });
      }
    }

    private void superseded(List<DataFile> files, String doneBefore) throws IOException {
      // A window that is over is written no more: days that were looked through need not be again.
      List<DataFile> old = files.stream()
          .filter(it -> dayOf(it).isBefore(supersededBefore))
          .filter(it -> !windowed || dayOf(it).toString().compareTo(doneBefore) >= 0)
          .toList();
      if (old.isEmpty()) return;
      List<DataFile> related = windowed ? ofTheSameWindows(old, files) : files;
      int passes = 1 + (int) (related.stream().mapToLong(DataFile::recordCount).sum() / ROWS_A_PASS);
      for (int pass = 0; pass < passes; pass++) {
        Map<String, Newest> newest = newestOf(related, pass, passes);
        for (DataFile file : old) {
          each(file, keyColumns(), (row, place) -> {
            Newest key = newest.get(identity(row));
            if (key == null) return;
            if (offset(row) < key.offset || isOver(key)) placesOf(file).set(place);
          });
        }
      }
    }

    /** Whether the newest row may go with all that came before it. */
    private boolean isOver(Newest key) {
      if (windowed || key.young > 0) return false;
      return key.deleted || keptFrom != null && key.day.isBefore(keptFrom);
    }

    private Map<String, Newest> newestOf(List<DataFile> files, int pass, int passes) throws IOException {
      Map<String, Newest> newest = new HashMap<>();
      for (DataFile file : files) {
        LocalDate day = dayOf(file);
        each(file, keyColumns(), (row, place) -> {
          String identity = identity(row);
          if (identity == null || Math.floorMod(identity.hashCode(), passes) != pass) return;
          Newest key = newest.computeIfAbsent(identity, it -> new Newest());
          if (!day.isBefore(supersededBefore)) key.young++;
          if (offset(row) < key.offset) return;
          key.offset = offset(row);
          key.day = day;
          key.deleted = Boolean.TRUE.equals(row.getField("_deleted"));
        });
      }
      return newest;
    }

    private static final class Newest {
      long offset = -1;
      LocalDate day;
      boolean deleted;
      /** Rows of days that are not over. */
      int young;
    }

    private List<DataFile> ofTheSameWindows(List<DataFile> old, List<DataFile> files) {
      NestedField start = table.schema().findField(START);
      long first = Long.MAX_VALUE, last = Long.MIN_VALUE;
      for (DataFile file : old) {
        if (file.lowerBounds() == null || !file.lowerBounds().containsKey(start.fieldId())) return files;
        first = Math.min(first, Conversions.<Long>fromByteBuffer(start.type(), file.lowerBounds().get(start.fieldId())));
        last = Math.max(last, Conversions.<Long>fromByteBuffer(start.type(), file.upperBounds().get(start.fieldId())));
      }
      Expression same = Expressions.and(Expressions.greaterThanOrEqual(START, first), Expressions.lessThanOrEqual(START, last));
      InclusiveMetricsEvaluator some = new InclusiveMetricsEvaluator(table.schema(), same);
      return files.stream().filter(some::eval).toList();
    }

    private void commit() throws IOException {
      if (over.isEmpty()) return;
      Snapshot start = table.currentSnapshot();
      // A replacement: it fails where a file has gone meanwhile, and who follows what is appended does not see rows again.
      RewriteFiles commit = table.newRewrite().validateFromSnapshot(start.snapshotId());
      for (Map.Entry<DataFile, BitSet> it : over.entrySet()) {
        DataFile file = it.getKey();
        commit.deleteFile(file);
        if (it.getValue().cardinality() < file.recordCount()) commit.addFile(merge(table, List.of(file), it.getValue()));
      }
      sinkProperties(table, start).forEach(commit::set);
      commit.commit();
      table.refresh();
    }

    private Schema keyColumns() {
      List<String> names = List.of("_key", "_deleted", "kafka.offset");
      if (!windowed) return table.schema().select(names);
      return table.schema().select("_key", START, "_deleted", "kafka.offset");
    }

    /** Null where nobody can tell which rows are of the same key. */
    private String identity(Record row) {
      Object key = row.getField("_key");
      if (key == null) return null;
      return windowed ? key + "\n" + row.getField(START) : key.toString();
    }

    private static long offset(Record row) {
      return (Long) ((Record) row.getField("kafka")).getField("offset");
    }

    private LocalDate dayOf(DataFile file) {
      Matcher day = DAY.matcher(table.spec().partitionToPath(file.partition()));
      return day.find() ? LocalDate.parse(day.group(1)) : LocalDate.MAX;
    }

    private BitSet placesOf(DataFile file) {
      return over.computeIfAbsent(file, it -> new BitSet());
    }

    private void each(DataFile file, Schema columns, ObjIntConsumer<Record> what) throws IOException {
      int place = 0;
      try (CloseableIterable<Record> rows = read(table.io(), columns, file)) {
        for (Record row : rows) what.accept(row, place++);
      }
    }
  }

  // ---- small files

  private boolean isSmall(DataFile file) {
    return file.fileSizeInBytes() < LARGE_ENOUGH * task.get("targetBytes").asLong();
  }

  private void compact(Table table, boolean dryRun, ObjectNode report) throws IOException {
    long rewritten = 0, made = 0;
    for (List<DataFile> group : groups(table)) {
      rewritten += group.size();
      if (!dryRun) made += rewrite(table, group);
    }
    report.put("rewrittenFiles", rewritten).put("newFiles", made);
  }

  /** Small files of one partition that together make one file of the target size. A partition with few of them is left alone. */
  private List<List<DataFile>> groups(Table table) throws IOException {
    Map<String, List<DataFile>> small = new LinkedHashMap<>();
    try (CloseableIterable<FileScanTask> scan = table.newScan().planFiles()) {
      for (FileScanTask it : scan) {
        // A sink only appends. Where something else has deleted rows, a rewrite would have to apply that.
        if (!it.deletes().isEmpty() || !isSmall(it.file()) || it.file().specId() != table.spec().specId()) continue;
        small.computeIfAbsent(it.spec().partitionToPath(it.file().partition()), key -> new ArrayList<>()).add(it.file().copy());
      }
    }
    List<List<DataFile>> groups = new ArrayList<>();
    for (List<DataFile> files : small.values()) {
      if (files.size() < task.get("minFiles").asInt()) continue;
      List<DataFile> group = new ArrayList<>();
      long bytes = 0;
      for (DataFile file : files) {
        if (bytes + file.fileSizeInBytes() > task.get("targetBytes").asLong() && group.size() > 1) {
          groups.add(group);
          group = new ArrayList<>();
          bytes = 0;
        }
        group.add(file);
        bytes += file.fileSizeInBytes();
      }
      if (group.size() > 1) groups.add(group);
    }
    return groups;
  }

  private long rewrite(Table table, List<DataFile> group) throws IOException {
    table.refresh();
    Snapshot start = table.currentSnapshot();
    DataFile merged = merge(table, group, new BitSet());
    long rows = group.stream().mapToLong(DataFile::recordCount).sum();
    if (merged.recordCount() != rows) {
      table.io().deleteFile(merged.location());
      throw new IllegalStateException(rows + " rows were read from " + group.size() + " files, " + merged.recordCount() + " written");
    }
    RewriteFiles commit = table.newRewrite().addFile(merged).validateFromSnapshot(start.snapshotId());
    group.forEach(commit::deleteFile);
    sinkProperties(table, start).forEach(commit::set);
    commit.commit();
    return 1;
  }

  /**
   * The newest note of the sink in the table's history. The sink looks for it in the ancestors of the current snapshot; carried along, it is
   * still found when those have expired.
   */
  private static Map<String, String> sinkProperties(Table table, Snapshot start) {
    for (Snapshot it : SnapshotUtil.ancestorsOf(start.snapshotId(), table::snapshot)) {
      Map<String, String> found = new HashMap<>();
      it.summary().forEach((key, value) -> {
        if (key.startsWith(SINK_PROPERTIES)) found.put(key, value);
      });
      if (!found.isEmpty()) return found;
    }
    return Map.of();
  }

  /** One file of all rows but those whose place, counted through all the files, is in `without`. */
  private static DataFile merge(Table table, List<DataFile> group, BitSet without) throws IOException {
    Schema schema = table.schema();
    PartitionSpec spec = table.spec();
    StructLike partition = group.get(0).partition();
    GenericFileWriterFactory writers =
        new GenericFileWriterFactory.Builder(table).dataFileFormat(FileFormat.PARQUET).dataSchema(schema).build();
    EncryptedOutputFile target =
        OutputFileFactory.builderFor(table, 1, System.nanoTime()).format(FileFormat.PARQUET).build().newOutputFile(spec, partition);
    DataWriter<Record> writer = writers.newDataWriter(target, spec, partition);
    int place = 0;
    try (writer) {
      for (DataFile file : group) {
        try (CloseableIterable<Record> rows = read(table.io(), schema, file)) {
          for (Record row : rows) if (!without.get(place++)) writer.write(row);
        }
      }
    }
    return writer.toDataFile();
  }

  private static CloseableIterable<Record> read(FileIO io, Schema schema, DataFile file) {
    return Parquet.read(io.newInputFile(file.location()))
        .project(schema)
        .createReaderFunc(fileSchema -> GenericParquetReaders.buildReader(schema, fileSchema))
        .build();
  }

  // ---- snapshots

  /** Every commit writes the table's whole metadata anew: without a limit those files alone would fill the bucket. */
  private static void limitMetadata(Table table) {
    if ("true".equals(table.properties().get(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED))) return;
    table.updateProperties().set(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true").commit();
  }

  private void expire(Table table, boolean dryRun, ObjectNode report) {
    table.refresh();
    long before = System.currentTimeMillis() - task.get("keepSnapshotsMs").asLong();
    int keep = task.get("keepSnapshots").asInt();
    var expire = table.expireSnapshots().expireOlderThan(before).retainLast(keep).cleanupLevel(CleanupLevel.ALL);
    report.put("expiredSnapshots", expire.apply().size());
    if (!dryRun) expire.commit();
  }

  // ---- orphans

  /** Files below the table's two folders that no snapshot reaches and that are too old to be a commit under way. */
  private void removeOrphans(Table table, boolean dryRun, ObjectNode report) throws IOException {
    table.refresh();
    long before = System.currentTimeMillis() - task.get("orphansMs").asLong();
    List<String> candidates = new ArrayList<>();
    for (String folder : folders(table)) {
      for (FileInfo it : ((SupportsPrefixOperations) table.io()).listPrefix(folder)) {
        if (it.createdAtMillis() < before) candidates.add(it.location());
      }
    }
    // After the listing: what was committed meanwhile is reachable now.
    table.refresh();
    candidates.removeAll(reachable(table));
    report.put("orphans", candidates.size());
    if (dryRun) return;
    for (String location : candidates) table.io().deleteFile(location);
  }

  private static Set<String> folders(Table table) {
    String data = table.properties().getOrDefault(TableProperties.WRITE_DATA_LOCATION, table.location() + "/data");
    return Set.of(data + "/", table.location() + "/metadata/");
  }

  private static Set<String> reachable(Table table) throws IOException {
    Set<String> found = new HashSet<>(ReachableFileUtil.metadataFileLocations(table, true));
    found.addAll(ReachableFileUtil.manifestListLocations(table));
    found.addAll(ReachableFileUtil.statisticsFilesLocations(table));
    found.add(((HasTableOperations) table).operations().current().metadataFileLocation());
    Set<String> read = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (!read.add(manifest.path())) continue;
        found.add(manifest.path());
        try (CloseableIterable<String> paths = ManifestFiles.readPaths(manifest, table.io(), table.specs())) {
          paths.forEach(found::add);
        }
      }
    }
    return found;
  }

  private static long sizeOf(Iterable<?> items) {
    long size = 0;
    for (Object ignored : items) size++;
    return size;
  }
}
