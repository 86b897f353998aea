"""A consumer that trains with PyTorch, as one would write it: decode a mini-batch of records, one step, again.

The pipeline benchmark starts it and tells it over standard input what to do; between orders it waits. It needs torch,
numpy, confluent-kafka and protobuf. It holds nothing out, evaluates nothing and publishes nothing.
"""

import sys
import time

import numpy as np
import torch
from confluent_kafka import Consumer
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

WARM_UP_RECORDS = 5_000


def record_class(descriptor_file):
    """freshet.v1.ImageRecord, from the description that the benchmark has written."""
    with open(descriptor_file, "rb") as file:
        description = descriptor_pb2.FileDescriptorProto.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(description)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("freshet.v1.ImageRecord"))


def network(sizes, dropout):
    layers = []
    for inputs, outputs in zip(sizes[:-2], sizes[1:-1]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        layers += [torch.nn.Dropout(dropout)] if dropout > 0 else []
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-2], sizes[-1]))


def optimizer_of(rule, model, learning_rate):
    if rule == "adam":
        return torch.optim.Adam(model.parameters(), lr=learning_rate)
    return torch.optim.SGD(model.parameters(), lr=learning_rate)


class Training:
    def __init__(self, bootstrap, topic, descriptor, sizes, mini_batch, rule, learning_rate, dropout):
        self.bootstrap = bootstrap
        self.topic = topic
        self.record = record_class(descriptor)
        self.sizes = [int(size) for size in sizes.split("-")]
        self.mini_batch = int(mini_batch)
        self.rule = rule
        self.learning_rate = float(learning_rate)
        self.dropout = float(dropout)

    def run(self, group, seconds):
        """Trains for so long after warming up; records and seconds."""
        model = network(self.sizes, self.dropout)
        optimizer = optimizer_of(self.rule, model, self.learning_rate)
        consumer = Consumer({
            "bootstrap.servers": self.bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": True,
        })
        consumer.subscribe([self.topic])
        try:
            self.learn(consumer, model, optimizer, WARM_UP_RECORDS, float("inf"))
            begun = time.perf_counter()
            trained = self.learn(consumer, model, optimizer, float("inf"), begun + seconds)
            return trained, time.perf_counter() - begun
        finally:
            consumer.close()

    def learn(self, consumer, model, optimizer, records, deadline):
        trained = 0
        while trained < records and time.perf_counter() < deadline:
            messages = consumer.consume(self.mini_batch, timeout=1.0)
            if len(messages) < self.mini_batch:
                if trained == 0 and records != float("inf"):
                    continue  # the group is still forming
                break  # the end of the topic
            features, labels = self.decode(messages)
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(features), labels)
            loss.backward()
            optimizer.step()
            trained += len(messages)
        return trained

    def decode(self, messages):
        features = np.empty((len(messages), self.sizes[0]), dtype=np.uint8)
        labels = np.empty(len(messages), dtype=np.int64)
        for row, message in enumerate(messages):
            record = self.record.FromString(message.value())
            features[row] = np.frombuffer(record.tensor.data, dtype=np.uint8)
            labels[row] = record.label
        return torch.from_numpy(features).float() / 255, torch.from_numpy(labels)


def main():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    training = Training(*sys.argv[1:])
    for line in sys.stdin:
        order, group, seconds = line.split()
        assert order == "train", line
        trained, took = training.run(group, float(seconds))
        print(f"done: {trained} {took}", flush=True)


if __name__ == "__main__":
    main()
