#!/bin/bash
# Runs kinesis-mock as LocalStack does: on its port, with its settings of Kinesis, and the word that it is ready.
export KINESIS_MOCK_PLAIN_PORT=4566 KINESIS_MOCK_TLS_PORT=4567 SHARD_LIMIT=${KINESIS_SHARD_LIMIT:-100}
for what in {CREATE,DELETE}_STREAM {,DE}REGISTER_STREAM_CONSUMER {START,STOP}_STREAM_ENCRYPTION \
  SPLIT_SHARD MERGE_SHARDS UPDATE_SHARD_COUNT; do
  export "${what}_DURATION=${KINESIS_LATENCY:-500}ms"
done
cd /opt/node_modules/kinesis-local
node main.js &
until (: </dev/tcp/127.0.0.1/4566) 2>/dev/null; do
  kill -0 $! || exit
  sleep 0.1
done
echo Ready.
wait
