import java.time.Duration;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * Counts a topic's records by their value, in two subtopologies, as a member of a streams group
 * (KIP-1071). It prints a line of JSON whenever its tasks are others than before.
 * Arguments: seeds, group, client id, topic. It leaves when its standard input ends.
 */
class Streams {
  public static void main(String[] args) throws Exception {
    var config = new Properties();
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, args[1]);
    config.put(StreamsConfig.CLIENT_ID_CONFIG, args[2]);
    config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
    config.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
        "org.apache.kafka.streams.state.BuiltInDslStoreSuppliers$InMemoryDslStoreSuppliers");
    config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.String().getClass());
    config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.String().getClass());
    config.put(StreamsConfig.STATE_DIR_CONFIG, args[4]);
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);

    var builder = new StreamsBuilder();
    builder.<String, String>stream(args[3]).selectKey((key, value) -> value).groupByKey().count();
    var streams = new KafkaStreams(builder.build(), config);
    streams.start();

    var ended = new Thread(() -> {
      try {
        while (System.in.read() >= 0) {}
      } catch (java.io.IOException gone) {
        // no input is the end of it too
      }
    });
    ended.start();
    var before = "";
    while (ended.isAlive()) {
      var tasks = tasks(streams);
      if (!tasks.equals(before)) {
        say("tasks_assigned", tasks);
      }
      before = tasks;
      Thread.sleep(10);
    }
    streams.close(Duration.ofSeconds(10));
    say("shutdown_complete", "[]");
  }

  static String tasks(KafkaStreams streams) {
    var all = new TreeSet<String>();
    for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
      for (TaskMetadata task : thread.activeTasks()) {
        all.add("\"" + task.taskId() + "\"");
      }
    }
    return all.toString();
  }

  static void say(String name, String tasks) {
    System.out.printf("{\"timestamp\":%d,\"name\":\"%s\",\"tasks\":%s}%n", System.currentTimeMillis(), name, tasks);
  }
}
