"""The whole surface of PyPI `ksqldb` (HTTP/2 with prior knowledge) against the server named first; prints what it got as JSON."""
import asyncio
import json
import sys

from ksqldb import KSQLdbClient

client = KSQLdbClient(sys.argv[1])
EARLIEST = {"auto.offset.reset": "earliest"}
client.ksql("CREATE STREAM made (k STRING KEY, v INT) WITH (KAFKA_TOPIC='made', PARTITIONS=1, VALUE_FORMAT='JSON');")
got = {"properties": len(client.get_properties()) > 10}
got["inserts"] = client.inserts_stream("MADE", [{"K": "a", "V": 1}, {"K": "b", "V": 2}])
got["pull"] = client.query_sync("SELECT * FROM made;")


async def push():
    rows = []
    async for row in client.query_async("SELECT v FROM made EMIT CHANGES;", stream_properties=EARLIEST, timeout=10):
        rows.append(row)
        if len(rows) == 3:
            got["closed"] = client.close_query(rows[0]["queryId"])
    return rows


got["push"] = asyncio.run(push())
print(json.dumps(got))
