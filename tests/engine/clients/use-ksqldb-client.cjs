/** The whole surface of npm `ksqldb-client` (HTTP/2 with prior knowledge); prints what it got as JSON. */
const KsqldbClient = require(require.resolve('ksqldb-client', { paths: [process.argv[3]] }));

async function main() {
  const { hostname, port } = new URL(process.argv[2]);
  const client = new KsqldbClient({ host: `http://${hostname}`, port: Number(port) });
  await client.connect();
  const earliest = { streamsProperties: { 'auto.offset.reset': 'earliest' } };
  const got = {};
  const create =
    "CREATE STREAM made (k STRING KEY, v INT) WITH (KAFKA_TOPIC='made', PARTITIONS=1, VALUE_FORMAT='JSON');";
  got.create = (await client.executeStatement(create)).status;
  await client.executeStatement(
    'CREATE TABLE counts AS SELECT k, COUNT(*) AS n FROM made GROUP BY k;',
    earliest,
  );
  got.insert = (await client.insertInto('MADE', { K: 'a', V: 1 })).data.rows;
  await client.insertInto('MADE', { K: 'b', V: 2 });
  got.pull = (await client.query('SELECT * FROM made;')).data.rows;
  got.push = await push(client, earliest);
  got.streams = names(await client.listStreams());
  got.tables = names(await client.listTables());
  got.topics = names(await client.listTopics());
  got.queries = (await client.listQueries()).length;
  got.describe = names((await client.describeSource('MADE')).fields);
  got.error = (await client.query('SELECT * FROM nowhere;')).error?.message ?? null;
  await client.disconnect();
  console.log(JSON.stringify(got));
}

const names = (items) => items.map(({ name }) => name);

/** Rows of a push query until there are two; then it is closed by its id. */
function push(client, properties) {
  return new Promise((resolve, reject) => {
    const rows = [];
    let queryId;
    client
      .streamQuery(
        'SELECT v FROM made EMIT CHANGES;',
        (message) => {
          const { metadata, rows: many = [] } = message;
          queryId = metadata?.queryId ?? queryId;
          rows.push(...many);
          if (rows.length < 2 || queryId === undefined) return;
          client.terminatePushQuery(queryId).then(({ status }) => resolve({ rows, closed: status }), reject);
        },
        properties,
      )
      .catch(reject);
  });
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
