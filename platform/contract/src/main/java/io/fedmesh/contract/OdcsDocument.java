package io.fedmesh.contract;

import io.fedmesh.contract.internal.OdcsPrinter;
import java.nio.file.Path;

/**
 * A product's whole document of the Open Data Contract Standard 3.1: what its contract file says, and from the Avro schema
 * every field with its type, its key position, its classification and its tags. Nobody writes it; it is generated.
 *
 * @param yaml the document as YAML
 * @param json the same as JSON, indented
 */
public record OdcsDocument(String yaml, String json) {
    /**
     * Generates the document.
     *
     * @param root the folder that the contract was loaded from
     * @throws InvalidContractsException when the contract's file has become unreadable since
     */
    public static OdcsDocument of(Path root, Contract contract) throws InvalidContractsException {
        OdcsPrinter printer = OdcsPrinter.of(root, contract);
        return new OdcsDocument(printer.yaml(), printer.json());
    }
}
