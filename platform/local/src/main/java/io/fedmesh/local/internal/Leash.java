package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * The main class of every child JVM, which goes on to the part's own: halts the JVM when standard input ends. The write end
 * of that pipe is held by the parent alone, so the kernel closes it however the parent dies, {@code kill -9} included. It
 * needs nothing beside the JDK.
 *
 * <p>Arguments: the part's main class, and its arguments.
 */
public final class Leash {
    private Leash() {}

    /**
     * Entry of the child JVM.
     *
     * @throws Throwable what the part's main method threw
     */
    public static void main(String[] arguments) throws Throwable {
        Thread thread = new Thread(Leash::haltAtEnd, "leash");
        thread.setDaemon(true);
        thread.start();
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        Method main = Class.forName(arguments[0]).getMethod("main", String[].class);
        main.setAccessible(true); // as the JVM does, which asks for a public method and not for a public class
        try {
            main.invoke(null, (Object) rest);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void haltAtEnd() {
        InputStream in = System.in;
        try {
            while (in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            System.err.println("[leash] standard input must stay readable but was " + e.getMessage());
        }
        Runtime.getRuntime().halt(143);
    }
}
