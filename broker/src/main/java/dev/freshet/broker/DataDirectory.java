package dev.freshet.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaProperties;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.PropertiesUtils;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one running broker, locked until closed.
 *
 * <p>Kafka's files are in a subdirectory, since Kafka takes everything beside them for a partition (a mounted volume
 * has a {@code lost+found}). The lock is our own: Kafka takes its lock only after it has opened the metadata log, by
 * when a second broker would have written to the first one's.
 */
final class DataDirectory implements AutoCloseable {
    private final Path kafka;
    private final FileChannel lockFile;

    private DataDirectory(Path kafka, FileChannel lockFile) {
        this.kafka = kafka;
        this.lockFile = lockFile;
    }

    /** Creates what is missing and takes the lock. */
    static DataDirectory open(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            Path kafka = Files.createDirectories(absolute.resolve("kafka"));
            return new DataDirectory(kafka, locked(absolute));
        } catch (IOException e) {
            throw new BrokerStartException(
                    "broker directory " + absolute + " cannot be created or written: " + e + "; choose another", e);
        }
    }

    private static FileChannel locked(Path directory) throws IOException {
        FileChannel lockFile =
                FileChannel.open(directory.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(lockFile) == null) {
            lockFile.close();
            throw new BrokerStartException("broker directory " + directory
                    + " is in use by another running broker; stop that one or choose another directory");
        }
        return lockFile;
    }

    private static @Nullable FileLock lock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException heldByThisJvm) {
            return null;
        }
    }

    Path kafka() {
        return kafka;
    }

    /** Gives an empty directory a cluster id; leaves a formatted one as it is, and refuses a damaged one. */
    void format(int nodeId, String controllerListener) {
        Path metaProperties = kafka.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME);
        try {
            if (Files.exists(metaProperties)) {
                verify(metaProperties, nodeId);
            } else if (isEmpty()) {
                write(nodeId, controllerListener);
            } else {
                throw new BrokerStartException(metaProperties + " is missing beside other files; restore it, or move "
                        + kafka + " away to start empty");
            }
        } catch (IOException e) {
            throw new BrokerStartException(kafka + " cannot be read or written: " + e, e);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(kafka)) {
            return files.findAny().isEmpty();
        }
    }

    private void verify(Path metaProperties, int nodeId) throws IOException {
        try {
            MetaProperties stored =
                    new MetaProperties.Builder(PropertiesUtils.readPropertiesFile(metaProperties.toString())).build();
            if (stored.clusterId().isEmpty() || stored.nodeId().orElse(-1) != nodeId) {
                throw new IllegalStateException("cluster.id or node.id=" + nodeId + " is missing");
            }
        } catch (RuntimeException e) { // whatever the parser makes of a file that is not what Kafka wrote
            throw damaged(metaProperties, e);
        }
    }

    private BrokerStartException damaged(Path metaProperties, RuntimeException reason) {
        return new BrokerStartException(
                metaProperties + " is damaged (" + reason.getMessage() + "); restore it, or move " + kafka
                        + " away to start empty",
                reason);
    }

    private void write(int nodeId, String controllerListener) throws IOException {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(nodeId)
                    .setControllerListenerName(controllerListener)
                    .setMetadataLogDirectory(kafka.toString())
                    .addDirectory(kafka.toString())
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // as declared by Formatter.run
            throw new BrokerStartException(kafka + " cannot be formatted: " + e, e);
        }
    }

    /** Gives up the lock; the files stay. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
