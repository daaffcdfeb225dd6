import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.apicurio.registry.serde.jsonschema.JsonSchemaKafkaSerializer;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.avro.Schema;
import org.apache.avro.generic.*;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.*;

/** Writes records as Java programs do. Arguments: brokers, the registry's own API, topic for Avro, topic for numbers. */
public class Writes {
  public static void main(String[] args) throws Exception {
    Map<String, Object> registry = new HashMap<>(Map.of(
        "apicurio.registry.url", args[1],
        "apicurio.registry.auto-register", true,
        "apicurio.registry.as-confluent", true,
        "apicurio.registry.use-id", "contentId",
        "apicurio.registry.headers.enabled", false,
        "apicurio.registry.artifact-resolver-strategy", "io.apicurio.registry.serde.strategy.TopicIdStrategy"));
    Serializer<Object> avro = new AvroKafkaSerializer<>();
    avro.configure(registry, false);
    Schema schema = new Schema.Parser().parse(System.in);
    GenericRecord money = new GenericData.Record(schema.getField("total").schema());
    money.put("amount", ByteBuffer.wrap(new BigDecimal("-12.34").unscaledValue().toByteArray()));
    money.put("currency", new GenericData.EnumSymbol(money.getSchema().getField("currency").schema(), "EUR"));
    GenericRecord order = new GenericData.Record(schema);
    order.put("id", 9007199254740993L);
    order.put("total", money);
    order.put("note", new Utf8("hé\n"));
    order.put("at", 1772366400123L);
    order.put("tags", Map.of("k", 1.5f));
    order.put("lines", List.of(1, -2));
    order.put("raw", ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));
    order.put("next", null);
    try (Producer<byte[], byte[]> p = new KafkaProducer<>(Map.of("bootstrap.servers", args[0]), new ByteArraySerializer(), new ByteArraySerializer())) {
      String orders = args[2], numbers = args[3];
      p.send(new ProducerRecord<>(orders, 0, new IntegerSerializer().serialize(orders, -42), avro.serialize(orders, order))).get();
      order.put("note", null);
      p.send(new ProducerRecord<>(orders, 0, new LongSerializer().serialize(orders, 1772366400123L), avro.serialize(orders, order))).get();
      List<byte[]> values = List.of(
          new ShortSerializer().serialize("", (short) -7), new FloatSerializer().serialize("", 0.1f), new DoubleSerializer().serialize("", 1e300),
          new UUIDSerializer().serialize("", UUID.fromString("f47ac10b-58cc-4372-a567-0e02b2c3d479")), new StringSerializer().serialize("", "hé"));
      for (byte[] value : values) p.send(new ProducerRecord<>(numbers, 0, null, value)).get();
    }
    System.out.println("done");
  }
}
