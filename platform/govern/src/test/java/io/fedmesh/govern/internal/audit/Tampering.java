package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditFinding.Kind;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import io.fedmesh.govern.audit.AuditSigner;
import io.fedmesh.govern.internal.audit.CheckpointWalk.Stored;
import io.fedmesh.govern.internal.audit.LoggedRecord.Link;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What somebody may do to a log, and what must then be found. */
enum Tampering {
    EDITED_VALUE {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.records.size());
            byte[] value = log.records.get(i).value().clone();
            value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
            work.set(i, log.records.get(i).link(), value);
            return work.exact(i, i, Kind.EDITED);
        }
    },
    EDITED_HEADERS {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.records.size());
            Link link = link(log, i);
            Link edited = switch (random.nextInt(4)) {
                case 0 -> new Link(link.sequence() + 1 + random.nextInt(9), link.previous(), link.hash());
                case 1 -> new Link(link.sequence(), noise(random), link.hash());
                case 2 -> new Link(link.sequence(), link.previous(), noise(random));
                default -> null;
            };
            work.set(i, edited, log.records.get(i).value());
            return work.exact(i, i, Kind.EDITED);
        }
    },
    EDITED_WITH_ITS_OWN_HASH {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.covered());
            byte[] value = text(random);
            Link link = link(log, i);
            work.set(i, made(log, link.sequence(), link.previous(), value), value);
            return work.found(i, i, Kind.FORKED, Kind.REWRITTEN);
        }
    },
    EDITED_BEHIND_THE_CHECKPOINTS {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            int uncovered = log.records.size() - log.covered();
            if (uncovered < 2) {
                return null;
            }
            Work work = new Work(log);
            int i = log.covered() + random.nextInt(uncovered - 1);
            byte[] value = text(random);
            Link link = link(log, i);
            work.set(i, made(log, link.sequence(), link.previous(), value), value);
            return work.exact(i + 1, i + 1, Kind.FORKED);
        }
    },
    DROPPED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            if (log.records.size() < 4) {
                return null;
            }
            Work work = new Work(log);
            int i = random.nextInt(log.records.size() - 2);
            int j = i + random.nextInt(log.records.size() - 1 - i);
            work.records.subList(i, j + 1).clear();
            return work.exact(i, j, Kind.DROPPED);
        }
    },
    SWAPPED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.records.size() - 1);
            int j = i + 1 + random.nextInt(log.records.size() - 1 - i);
            Collections.swap(work.records, i, j);
            return work.exact(i, j, Kind.SWAPPED);
        }
    },
    DUPLICATED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.records.size());
            work.records.add(i + 1 + random.nextInt(log.records.size() - i), log.records.get(i));
            return work.exact(i, i, Kind.DUPLICATED);
        }
    },
    DUPLICATED_BEFORE_ITS_PLACE {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = 1 + random.nextInt(log.records.size() - 1);
            work.records.add(random.nextInt(i), log.records.get(i));
            return work.found(i, i, Kind.DUPLICATED);
        }
    },
    TRUNCATED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.covered());
            work.records.subList(i, work.records.size()).clear();
            return work.exact(i, log.covered() - 1, Kind.TRUNCATED);
        }
    },
    REWRITTEN {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.covered());
            work.set(i, null, text(random));
            work.chainFrom(i);
            return work.found(i, i, Kind.REWRITTEN);
        }
    },
    DROPPED_AND_CHAINED_ANEW {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.covered());
            work.records.remove(i);
            work.chainFrom(i);
            return work.found(i, log.covered() - 1L, Kind.REWRITTEN, Kind.TRUNCATED);
        }
    },
    SWAPPED_AND_CHAINED_ANEW {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            if (log.covered() < 2) {
                return null;
            }
            Work work = new Work(log);
            int i = random.nextInt(log.covered() - 1);
            Collections.swap(work.records, i, i + 1);
            work.chainFrom(i);
            return work.found(i, i, Kind.REWRITTEN);
        }
    },
    FORKED_SUFFIX {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.covered());
            for (int k = i; k < log.records.size(); k++) {
                work.set(k, null, text(random));
            }
            work.chainFrom(i);
            return work.found(i, i, Kind.REWRITTEN);
        }
    },
    FORKED_RECORD {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.records.size());
            byte[] value = text(random);
            LoggedRecord real = log.records.get(i);
            Link link = link(log, i);
            work.records.add(
                    i + random.nextInt(2),
                    new LoggedRecord(
                            real.offset(),
                            real.timestampMs(),
                            made(log, link.sequence(), link.previous(), value),
                            value));
            return work.exact(i, i, Kind.FORKED);
        }
    },
    OF_ANOTHER_PARTITION {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.records.size());
            byte[] value = log.records.get(i).value();
            Link link = link(log, i);
            Hash foreign = Chain.hash(TestLog.TOPIC, log.partition + 1, link.sequence(), link.previous(), value);
            work.set(i, new Link(link.sequence(), link.previous(), foreign), value);
            return work.exact(i, i, Kind.EDITED);
        }
    },
    ROLLED_BACK {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            if (log.checkpoints.size() < 2) {
                return null;
            }
            Work work = new Work(log);
            int kept = random.nextInt(log.checkpoints.size() - 1);
            int newest = log.checkpoints.size() - 1;
            work.checkpoints.subList(kept + 1, newest + 1).clear();
            work.records.subList(log.sizes.get(kept), work.records.size()).clear();
            work.known = known(log, newest);
            return work.exact(kept + 1, newest, Kind.ROLLED_BACK);
        }
    },
    CHECKPOINT_DROPPED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            if (log.checkpoints.size() < 2) {
                return null;
            }
            Work work = new Work(log);
            int i = random.nextInt(log.checkpoints.size() - 1);
            work.checkpoints.remove(i);
            return work.exact(i, i, Kind.CHECKPOINT_MISSING);
        }
    },
    LAST_CHECKPOINTS_DROPPED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.checkpoints.size());
            work.checkpoints.subList(i, work.checkpoints.size()).clear();
            work.now = log.now().plus(Duration.ofHours(1));
            return work.exact(i, i, Kind.CHECKPOINT_OVERDUE);
        }
    },
    CHECKPOINT_EDITED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.checkpoints.size());
            byte[] content = log.checkpoints.get(i).content().clone();
            String text = new String(content, StandardCharsets.UTF_8);
            int from = text.indexOf("\n\n") + 2;
            int to = text.lastIndexOf("\n\n");
            content[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(7));
            work.checkpoints.set(i, new Stored(i, content));
            return work.found(i, i, Kind.CHECKPOINT_ALTERED, Kind.CHECKPOINT_UNTRUSTED);
        }
    },
    PROOF_EDITED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.checkpoints.size());
            byte[] content = log.checkpoints.get(i).content().clone();
            content[random.nextInt(new String(content, StandardCharsets.UTF_8).indexOf("\n\n"))] ^=
                    (byte) (1 << random.nextInt(7));
            work.checkpoints.set(i, new Stored(i, content));
            return work.found(i, i, Kind.CHECKPOINT_ALTERED, Kind.CHECKPOINT_FORKED, Kind.CHECKPOINT_UNTRUSTED);
        }
    },
    CHECKPOINT_OF_ANOTHER_KEY {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            Work work = new Work(log);
            int i = random.nextInt(log.checkpoints.size());
            work.checkpoints.set(i, new Stored(i, opened(log, i).signed(other)));
            return work.exact(i, i, Kind.CHECKPOINT_UNTRUSTED);
        }
    },
    CHECKPOINTS_SWAPPED {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            if (log.checkpoints.size() < 2) {
                return null;
            }
            Work work = new Work(log);
            int i = random.nextInt(log.checkpoints.size() - 1);
            work.checkpoints.set(i, new Stored(i, log.checkpoints.get(i + 1).content()));
            work.checkpoints.set(i + 1, new Stored(i + 1, log.checkpoints.get(i).content()));
            return work.found(i, i, Kind.CHECKPOINT_ALTERED);
        }
    },
    CHECKPOINT_SIGNED_ANEW {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            if (log.checkpoints.size() < 2) {
                return null;
            }
            Work work = new Work(log);
            int i = random.nextInt(log.checkpoints.size() - 1);
            SignedCheckpoint real = opened(log, i);
            Checkpoint head = real.head();
            Checkpoint moved = new Checkpoint(
                    head.topic(),
                    head.partition(),
                    head.size(),
                    head.root(),
                    head.ordinal(),
                    head.time().plusMillis(1),
                    head.head(),
                    head.before(),
                    head.offset());
            work.checkpoints.set(
                    i, new Stored(i, new SignedCheckpoint(moved, real.peaks(), real.proof()).signed(log.signer)));
            return work.exact(i + 1, i + 1, Kind.CHECKPOINT_FORKED);
        }
    },
    ALL_SIGNED_ANEW_WITH_THE_STOLEN_KEY {
        @Override
        @Nullable
        Result apply(TestLog log, Random random, AuditSigner other) {
            if (log.checkpoints.size() > 4) {
                return null; // signing is slow
            }
            TestLog forged = new TestLog(log.partition, log.signer);
            for (int i = 0; i < log.records.size(); i++) {
                forged.write("forged " + i);
                if (log.sizes.contains(i + 1)) {
                    forged.cover();
                }
            }
            Work work = new Work(forged);
            int newest = log.checkpoints.size() - 1;
            work.known = known(log, newest);
            return work.exact(newest, newest, Kind.CHECKPOINT_FORKED);
        }
    };

    /**
     * A log that was tampered with.
     *
     * @param known the head that the verifier knows
     * @param from what must be found: of records the sequence, of checkpoints the ordinal
     * @param isExact whether nothing else may be found
     */
    record Result(
            int partition,
            List<LoggedRecord> records,
            List<Stored> checkpoints,
            @Nullable KnownHead known,
            Instant now,
            long from,
            long to,
            Set<Kind> kinds,
            boolean isExact) {}

    private static final class Work {
        private final TestLog log;
        private final List<LoggedRecord> records;
        private final List<Stored> checkpoints;
        private @Nullable KnownHead known;
        private Instant now;

        Work(TestLog log) {
            this.log = log;
            this.records = new ArrayList<>(log.records);
            this.checkpoints = new ArrayList<>(log.checkpoints);
            this.now = log.now();
        }

        void set(int i, @Nullable Link link, byte[] value) {
            LoggedRecord real = records.get(i);
            records.set(i, new LoggedRecord(real.offset(), real.timestampMs(), link, value));
        }

        /** What somebody would do who knows how the chain is made. */
        void chainFrom(int from) {
            Hash previous = from == 0 ? Hash.NONE : link(log, from - 1).hash();
            for (int i = from; i < records.size(); i++) {
                Link link = made(log, i, previous, records.get(i).value());
                set(i, link, records.get(i).value());
                previous = link.hash();
            }
        }

        Result found(long from, long to, Kind... kinds) {
            return new Result(log.partition, records, checkpoints, known, now, from, to, Set.of(kinds), false);
        }

        Result exact(long from, long to, Kind kind) {
            return new Result(log.partition, records, checkpoints, known, now, from, to, Set.of(kind), true);
        }
    }

    /** Does it to a copy of the log; null when the log is too short for it. */
    abstract @Nullable Result apply(TestLog log, Random random, AuditSigner other);

    static KnownHead known(TestLog log, int checkpoint) {
        return new KnownHead(checkpoint, opened(log, checkpoint).head().hash().toString());
    }

    private static SignedCheckpoint opened(TestLog log, int checkpoint) {
        try {
            return SignedCheckpoint.open(
                    log.checkpoints.get(checkpoint).content(), (id, text, signature) -> Trust.Verdict.HOLDS);
        } catch (SignedCheckpoint.Unbelievable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Link link(TestLog log, int i) {
        Link link = log.records.get(i).link();
        if (link == null) {
            throw new IllegalStateException("a log's own records have links");
        }
        return link;
    }

    private static Link made(TestLog log, long sequence, Hash previous, byte[] value) {
        return new Link(sequence, previous, Chain.hash(TestLog.TOPIC, log.partition, sequence, previous, value));
    }

    private static byte[] text(Random random) {
        return ("forged " + random.nextLong()).getBytes(StandardCharsets.UTF_8);
    }

    private static Hash noise(Random random) {
        byte[] bytes = new byte[Hash.BYTES];
        random.nextBytes(bytes);
        return Hash.ofBytes(bytes);
    }
}
