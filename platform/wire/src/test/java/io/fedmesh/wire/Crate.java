package io.fedmesh.wire;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** As Avro's generator makes it, of a schema that has gained a field. */
@SuppressWarnings("serial")
public final class Crate extends SpecificRecordBase {
    public static final Schema SCHEMA$ = new Schema.Parser().parse("""
            {"type": "record", "name": "Crate", "namespace": "io.fedmesh.wire",
             "aliases": ["io.fedmesh.wire.test.Crate"], "fields": [
              {"name": "id", "type": {"type": "string", "avro.java.string": "String"}},
              {"name": "weight", "type": "int"},
              {"name": "label", "type": {"type": "string", "avro.java.string": "String"}, "default": "none"}]}""");

    String crateId = "";
    int weight;
    String label = "";

    public static Schema getClassSchema() {
        return SCHEMA$;
    }

    @Override
    public SpecificData getSpecificData() {
        return new SpecificData();
    }

    @Override
    public Schema getSchema() {
        return SCHEMA$;
    }

    @Override
    public Object get(int field) {
        return field == 0 ? crateId : field == 1 ? (Object) weight : label;
    }

    @Override
    public void put(int field, Object value) {
        switch (field) {
            case 0 -> crateId = value.toString();
            case 1 -> weight = (Integer) value;
            default -> label = value.toString();
        }
    }
}
