package io.fedmesh.app.internal.localmesh;

import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.app.internal.process.Connections;
import io.fedmesh.local.SampleStory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Supplier;

/** Connections of the sample story to its database, as the role that may write its tables. */
public final class StoryDatabase implements Supplier<Connection> {
    private final MeshConfig.Database database;
    private final Properties properties = new Properties();

    public StoryDatabase(Connections connections, SampleStory story) {
        this.database = connections.source(story.databaseName());
        MeshConfig.Login login = database.user(LocalDatabases.STORY);
        properties.put("user", login.user());
        properties.put("password", connections.reveal(login.password()));
        properties.put("connectTimeout", "10");
    }

    @Override
    public Connection get() {
        try {
            return DriverManager.getConnection(database.jdbcUrl(), properties);
        } catch (SQLException e) {
            throw new IllegalStateException("[" + database.jdbcUrl() + "] must take connections but did not", e);
        }
    }
}
