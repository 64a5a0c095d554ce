package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.YamlText;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that says who there is, {@code people.yaml} beside {@code domains/}:
 *
 * <pre>{@code
 * people:
 *   - subject: u-1001
 *     aliases: [ada, ada@example.org, svc-ada-reports]
 *     logins: [{issuer: https://login.example.org, subject: 00uKz7Q}]
 *     roles: [consumer]
 *     teams: [yard]
 *     actsFor: [u-1002]
 * }</pre>
 *
 * <p>All but {@code subject} may be left out. A service account is an alias of the one person whom it acts for; a login is
 * what an identity provider calls the person.
 */
public final class PeopleFile {
    /** Where it is, relative to the repository's root. */
    public static final Path PLACE = Path.of("people.yaml");

    /** A message names the key that it is about first. */
    private static final Pattern KEY = Pattern.compile("'([A-Za-z0-9_.\\[\\]]+)'.*", Pattern.DOTALL);

    private PeopleFile() {}

    /**
     * The persons, in the order of the text.
     *
     * @param file how problems name it
     * @throws InvalidContractsException with a problem for each person that is not as it must be
     */
    public static List<Directory.Person> parse(Path file, String text) throws InvalidContractsException {
        return persons(file, YamlText.locate(file, text));
    }

    /**
     * Who there is and what there is to ask for, by the file and the contracts of a repository.
     *
     * @param root the folder that holds {@code domains/} and may hold the file; without the file, nobody is anybody:
     *     {@link Directory#EMPTY}
     * @throws InvalidContractsException with every problem, in the order of the file
     */
    public static Directory load(Path root, Contracts contracts) throws InvalidContractsException {
        if (!isThere(root)) {
            return Directory.EMPTY;
        }
        YamlText.Located text = YamlText.read(root, PLACE);
        List<Directory.Person> persons = persons(PLACE, text);
        List<Problem> problems = PeopleCheck.problems(PLACE, text, persons, contracts);
        if (!problems.isEmpty()) {
            throw new InvalidContractsException(problems);
        }
        try {
            return Directory.of(persons, contracts);
        } catch (IllegalArgumentException e) {
            throw new InvalidContractsException(
                    List.of(new Problem(PLACE, 1, "people", String.valueOf(e.getMessage()))));
        }
    }

    /** Whether a repository says who there is. */
    public static boolean isThere(Path root) {
        return Files.exists(root.resolve(PLACE), LinkOption.NOFOLLOW_LINKS);
    }

    private static List<Directory.Person> persons(Path file, YamlText.Located text) throws InvalidContractsException {
        List<Problem> problems = new ArrayList<>();
        List<Directory.Person> people = new ArrayList<>();
        List<Strict> maps = List.of();
        try {
            Strict top = new Strict("", text.map());
            maps = top.maps("people");
            top.end();
        } catch (IllegalArgumentException e) {
            problems.add(problem(file, text, "", "people", e));
        }
        for (int i = 0; i < maps.size(); i++) {
            try {
                people.add(person(maps.get(i)));
            } catch (IllegalArgumentException e) {
                problems.add(problem(file, text, "people[" + i + "]", "person", e));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidContractsException(problems);
        }
        return people;
    }

    private static Directory.Person person(Strict map) {
        Set<String> aliases = new TreeSet<>();
        for (String alias : map.set("aliases")) {
            if (Texts.folded(alias).startsWith(Login.PREFIX)) {
                throw new IllegalArgumentException("'aliases' must not begin with " + Login.PREFIX
                        + ", which is for what 'logins' say, but one was '" + Texts.shown(alias) + "'");
            }
            aliases.add(alias);
        }
        List<Strict> logins = map.maps("logins");
        for (int i = 0; i < logins.size(); i++) {
            aliases.add(login(logins.get(i), "logins[" + i + "].").alias());
        }
        return EventCodec.person(map, aliases);
    }

    private static Login login(Strict map, String where) {
        String issuer = map.text("issuer");
        String subject = map.text("subject");
        map.end();
        try {
            return new Login(issuer, subject);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + where + String.valueOf(e.getMessage()).substring(1), e);
        }
    }

    private static Problem problem(
            Path file, YamlText.Located text, String within, String rule, IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        return new Problem(file, text.line(place(text, within, message)), rule, message);
    }

    /** Where the key stands that the message is about, or what it is within. */
    private static String place(YamlText.Located text, String within, String message) {
        Matcher key = KEY.matcher(message);
        if (!key.matches()) {
            return within;
        }
        String named = key.group(1);
        if (named.startsWith(within + ".")) {
            return named;
        }
        return List.of(named, within + "." + named, within + "." + named + "es", within + "." + named + "s").stream()
                .filter(text.lines()::containsKey)
                .findFirst()
                .orElse(within);
    }
}
