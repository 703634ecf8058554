package org.naap.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.plain.PlainAuthenticateCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a PLAIN listener know its users from a file, a line {@code name=password} each, that is read again when it has
 * changed. Kafka itself reads the users of such a listener once, when the listener starts. Named by the broker setting
 * {@code listener.name.<listener>.plain.sasl.server.callback.handler.class}; the file by the option {@code users_file} of
 * the listener's JAAS entry. Without a readable file nobody gets in.
 */
public final class UsersFileCallbackHandler implements AuthenticateCallbackHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFileCallbackHandler.class);
    private static final String OPTION = "users_file";

    /** What the file said, and how it is told whether it has changed since. */
    private record Users(FileTime modified, long size, Object fileKey, Map<String, byte[]> passwords) {
        static final Users NONE = new Users(FileTime.fromMillis(0), -1, null, Map.of());

        boolean isOf(BasicFileAttributes file) {
            return modified.equals(file.lastModifiedTime()) && size == file.size()
                && java.util.Objects.equals(fileKey, file.fileKey());
        }
    }

    private Path file;
    private volatile Users users = Users.NONE;

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
        file = entries.stream()
            .map(entry -> entry.getOptions().get(OPTION))
            .filter(java.util.Objects::nonNull)
            .map(option -> Path.of(option.toString()))
            .findFirst()
            .orElseThrow(() -> new ConfigException("the JAAS entry of the PLAIN listener has no option \"" + OPTION + "\""));
    }

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        String name = null;
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback) {
                name = ((NameCallback) callback).getDefaultName();
            } else if (callback instanceof PlainAuthenticateCallback) {
                PlainAuthenticateCallback login = (PlainAuthenticateCallback) callback;
                login.authenticated(isPassword(name, login.password()));
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    private boolean isPassword(String name, char[] given) {
        byte[] expected = name == null ? null : current().passwords().get(name);
        // In a time that does not depend on how much of it is right.
        return expected != null && MessageDigest.isEqual(expected, bytes(new String(given)));
    }

    private Users current() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (!users.isOf(now)) {
                users = new Users(now.lastModifiedTime(), now.size(), now.fileKey(), read());
                LOG.info("{} users may log in", users.passwords().size());
            }
        } catch (IOException error) {
            LOG.error("the users' file cannot be read, so nobody gets in: {}", error.toString());
            users = Users.NONE;
        }
        return users;
    }

    private Map<String, byte[]> read() throws IOException {
        Map<String, byte[]> passwords = new HashMap<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            int at = line.indexOf('=');
            if (at > 0 && at < line.length() - 1) {
                passwords.put(line.substring(0, at), bytes(line.substring(at + 1)));
            }
        }
        return passwords;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
    }
}
