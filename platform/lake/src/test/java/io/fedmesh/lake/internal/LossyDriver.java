package io.fedmesh.lake.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC driver in front of PostgreSQL's ({@code jdbc:lossy:postgresql:...}) that loses the response of updates of the
 * catalog's pointer: the database has applied them, the caller gets SQLSTATE 08006.
 */
final class LossyDriver implements Driver {
    private static final String PREFIX = "jdbc:lossy:";
    static final AtomicInteger TO_LOSE = new AtomicInteger();
    static final AtomicInteger LOST = new AtomicInteger();

    static {
        try {
            DriverManager.registerDriver(new LossyDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static String uri(String jdbcUri) {
        return PREFIX + jdbcUri.substring("jdbc:".length());
    }

    @Override
    public @Nullable Connection connect(String url, Properties info) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        Connection real = DriverManager.getConnection("jdbc:" + url.substring(PREFIX.length()), info);
        return (Connection) Proxy.newProxyInstance(
                LossyDriver.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    Object result = invoke(real, method, args);
                    if (method.getName().equals("prepareStatement")
                            && String.valueOf(args[0]).startsWith("UPDATE iceberg_tables")) {
                        return statement((PreparedStatement) java.util.Objects.requireNonNull(result));
                    }
                    return result;
                });
    }

    private static PreparedStatement statement(PreparedStatement real) {
        return (PreparedStatement) Proxy.newProxyInstance(
                LossyDriver.class.getClassLoader(), new Class<?>[] {PreparedStatement.class}, (proxy, method, args) -> {
                    Object result = invoke(real, method, args);
                    if (method.getName().equals("executeUpdate") && TO_LOSE.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                        LOST.incrementAndGet();
                        throw new SQLException("the response was lost", "08006");
                    }
                    return result;
                });
    }

    private static @Nullable Object invoke(Object target, java.lang.reflect.Method method, Object @Nullable [] args)
            throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
