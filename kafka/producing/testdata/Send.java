import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Base64;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends a record for each line of standard input: a key in base64, or - for none. */
public class Send {
    public static void main(String[] args) throws Exception {
        Properties config = new Properties();
        config.put("bootstrap.servers", args[0]);
        try (KafkaProducer<byte[], byte[]> producer =
                     new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                byte[] key = line.equals("-") ? null : Base64.getDecoder().decode(line);
                producer.send(new ProducerRecord<>(args[1], key, new byte[] {'v'}), (metadata, failed) -> {
                    if (failed != null) {
                        failed.printStackTrace();
                        System.exit(1);
                    }
                });
            }
            producer.flush();
        }
    }
}
