"""What one writes with boto3: a thread for each shard, up to the tip; and lines put in full batches."""
import sys
import threading
import uuid

import boto3

stream, url = sys.argv[1:3]
kinesis = boto3.client("kinesis", endpoint_url=url, region_name="us-east-1",
                       aws_access_key_id="local", aws_secret_access_key="local")
stdout = sys.stdout.buffer
lock = threading.Lock()


def drain(shard_id):
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard_id,
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    while True:
        reply = kinesis.get_records(ShardIterator=iterator)
        lines = b"".join(record["Data"] + b"\n" for record in reply["Records"])
        with lock:
            stdout.write(lines)
        if reply["MillisBehindLatest"] == 0:
            return
        iterator = reply["NextShardIterator"]


def put(batch):
    kinesis.put_records(StreamName=stream, Records=[
        {"PartitionKey": str(uuid.uuid4()), "Data": line.rstrip(b"\n")} for line in batch])


if len(sys.argv) > 3:
    batch = []
    for line in open(sys.argv[3], "rb"):
        batch.append(line)
        if len(batch) == 500:
            put(batch)
            batch = []
    if batch:
        put(batch)
else:
    threads = [threading.Thread(target=drain, args=(shard["ShardId"],))
               for shard in kinesis.list_shards(StreamName=stream)["Shards"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
