import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Prints the first records of partition 0 of a topic: key, value and headers in hexadecimal, or null. */
public class Read {
    public static void main(String[] args) throws Exception {
        Properties config = new Properties();
        config.put("bootstrap.servers", args[0]);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                     new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(args[1], 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            for (int left = Integer.parseInt(args[2]); left > 0; ) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofSeconds(1))) {
                    List<String> words = new ArrayList<>(List.of(hex(r.key()), hex(r.value())));
                    for (Header h : r.headers()) {
                        words.add(h.key() + "=" + hex(h.value()));
                    }
                    System.out.println(String.join(" ", words));
                    left--;
                }
            }
        }
    }

    private static String hex(byte[] b) {
        return b == null ? "null" : "\"" + HexFormat.of().formatHex(b) + "\"";
    }
}
