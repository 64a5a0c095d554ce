package io.fedmesh.govern.agreement;

/**
 * What somebody wants done.
 *
 * @param id chosen by the caller, the same for every try: a command is done once however often it comes
 * @param as what the one who commands is authenticated as: a subject id or an alias
 * @param action what to do
 */
public record Command(String id, String as, Action action) {
    public Command {
        Texts.id("command", id);
    }
}
