package io.fedmesh.govern.audit;

/**
 * Where an event stands on the log.
 *
 * @param partition of the topic
 * @param sequence 0 for the partition's first record, rising by 1
 * @param hash the record's hash in base64, which stands for it and all records before it
 */
public record AuditReceipt(int partition, long sequence, String hash) {}
