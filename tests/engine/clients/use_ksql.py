"""The whole surface of PyPI `ksql` against the server named first; prints what it got as JSON."""
import collections
import collections.abc
import json
import sys

# Its HTTP/2 library, hyper, is older than Python 3.10 and looks for these where they were.
for name in ("Iterable", "Mapping", "MutableMapping", "Sequence", "MutableSet"):
    setattr(collections, name, getattr(collections.abc, name))

from ksql import KSQLAPI  # noqa: E402
from ksql.errors import KSQLError  # noqa: E402

client = KSQLAPI(sys.argv[1])
EARLIEST = {"ksql.streams.auto.offset.reset": "earliest"}
got = {"version": client.get_ksql_version(), "properties": len(client.get_properties()) > 10}
client.ksql("CREATE STREAM made (k STRING KEY, v INT) WITH (KAFKA_TOPIC='made', PARTITIONS=1, VALUE_FORMAT='JSON');")
got["create_stream"] = client.create_stream("py1", ["k varchar", "v int"], "made", "JSON")
got["create_stream_as"] = client.create_stream_as("py2", ["k", "v"], "py1", value_format="JSON")
got["inserts"] = client.inserts_stream("MADE", [{"K": "a", "V": 1}, {"K": "b", "V": 2}])
got["push"] = list(client.query("SELECT * FROM made EMIT CHANGES LIMIT 2", stream_properties=EARLIEST, return_objects=True))
got["pull"] = list(client.query("SELECT * FROM made WHERE v = 2", return_objects=True))
# Without TLS it can begin HTTP/2 by an upgrade only, and its URL is a whole one.
got["http2"] = "".join(client.query("SELECT v FROM made EMIT CHANGES LIMIT 2", stream_properties={"auto.offset.reset": "earliest"}, use_http2=True))
got["close"] = client.close_query("nothing")
try:
    client.ksql("SELEC 1")
except KSQLError as error:
    got["error"] = str(error)
print(json.dumps(got))
