// The loop of the Go program that this project began as, in our own words: a goroutine for each shard, which asks for an iterator
// behind the last record before each GetRecords. Added is that it ends at the tip, and that it does not wait between two polls.
package main

import (
	"fmt"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/kinesis"
)

func main() {
	stream, url := os.Args[1], os.Args[2]
	client := kinesis.New(session.Must(session.NewSession(&aws.Config{
		Region:      aws.String("us-east-1"),
		Endpoint:    aws.String(url),
		Credentials: credentials.NewStaticCredentials("local", "local", ""),
	})))
	description, err := client.DescribeStream(&kinesis.DescribeStreamInput{StreamName: &stream})
	if err != nil {
		panic(err)
	}
	var readers sync.WaitGroup
	for _, shard := range description.StreamDescription.Shards {
		readers.Add(1)
		go func(shardId *string) {
			defer readers.Done()
			read(client, stream, shardId)
		}(shard.ShardId)
	}
	readers.Wait()
}

func read(client *kinesis.Kinesis, stream string, shardId *string) {
	var last *string
	for {
		position := &kinesis.GetShardIteratorInput{StreamName: &stream, ShardId: shardId, StartingSequenceNumber: last}
		if last == nil {
			position.ShardIteratorType = aws.String(kinesis.ShardIteratorTypeTrimHorizon)
		} else {
			position.ShardIteratorType = aws.String(kinesis.ShardIteratorTypeAfterSequenceNumber)
		}
		iterator, err := client.GetShardIterator(position)
		if err != nil {
			panic(err)
		}
		reply, err := client.GetRecords(&kinesis.GetRecordsInput{ShardIterator: iterator.ShardIterator})
		if err != nil {
			panic(err)
		}
		for _, record := range reply.Records {
			fmt.Printf("%s\n", record.Data)
			last = record.SequenceNumber
		}
		if *reply.MillisBehindLatest == 0 {
			return
		}
	}
}
