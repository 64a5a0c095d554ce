package io.fedmesh.govern.agreement;

import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.YamlText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file that says who there is:
 *
 * <pre>{@code
 * people:
 *   - subject: u-1001
 *     aliases: [ada, ada@example.org, svc-ada-reports]
 *     roles: [consumer]
 *     teams: [yard]
 *     actsFor: [u-1002]
 * }</pre>
 *
 * <p>All but {@code subject} may be left out. A service account is an alias of the one person whom it acts for.
 */
public final class PeopleFile {
    private PeopleFile() {}

    /**
     * The persons, in the order of the text.
     *
     * @param file how problems name it
     * @throws InvalidContractsException with a problem for each person that is not as it must be
     */
    public static List<Directory.Person> parse(Path file, String text) throws InvalidContractsException {
        List<Problem> problems = new ArrayList<>();
        List<Directory.Person> people = new ArrayList<>();
        try {
            Strict map = new Strict("", YamlText.parse(file, text));
            List<Strict> persons = map.maps("people");
            map.end();
            for (Strict person : persons) {
                try {
                    people.add(EventCodec.person(person));
                } catch (IllegalArgumentException e) {
                    problems.add(new Problem(file, 1, "person", String.valueOf(e.getMessage())));
                }
            }
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(file, 1, "people", String.valueOf(e.getMessage())));
        }
        if (!problems.isEmpty()) {
            throw new InvalidContractsException(problems);
        }
        return people;
    }
}
