package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenColumnsTest {
    private static final String ID = "{\"name\":\"id\",\"type\":\"string\"}";
    private static final String AT = "{\"name\":\"at\",\"type\":{\"type\":\"record\",\"name\":\"At\",\"fields\":["
            + "{\"name\":\"x\",\"type\":\"int\"}]}}";
    private static final String OWNER = "{\"name\":\"owner\",\"type\":\"string\"}";
    private static final String HOLDER = "{\"name\":\"holder\",\"type\":\"string\",\"aliases\":[\"owner\"]}";

    private static final String PHONE = "{\"name\":\"phone\",\"type\":[\"null\",\"string\"],\"default\":null}";
    private static final TableIdentifier NAME = TableIdentifier.of("n", "t");

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private final Contract clear = contract(ID, AT, OWNER);
    private final Contract tokenised = Samples.tokenised(clear, "owner");

    TokenColumnsTest() {
        catalog.initialize("memory", Map.of());
        catalog.createNamespace(NAME.namespace());
    }

    @Test
    void aTableRemembersWhichColumnsHoldTokens() {
        Table table = table(tokenised);
        assertThat(table.properties().get(TokenColumns.COLUMNS)).isEqualTo("owner");
        assertThatCode(() -> demand(table, tokenised)).doesNotThrowAnyException();
        assertThatCode(() -> demand(table, contract(ID, AT))).as("dropped").doesNotThrowAnyException();
        assertThat(table(clear).properties()).doesNotContainKeys(TokenColumns.COLUMNS, TokenColumns.KEY);
    }

    @Test
    void aRenamedColumnHoldsTokensAsBeforeAndItsOldNameIsNotFreeForClearValues() {
        Contract renamed = Samples.tokenised(contract(ID, AT, HOLDER), "holder");
        Table table = table(tokenised);
        TokenColumns.mark(table, renamed, tokens(renamed));
        SchemaEvolution.apply(table, TableShape.columns(renamed, true), renamed.schema());
        table.refresh();

        assertThat(table.schema().findField("owner")).isNull();
        assertThat(table.properties().get(TokenColumns.COLUMNS)).isEqualTo("holder,owner");
        assertThatCode(() -> demand(table, renamed)).doesNotThrowAnyException();
        Contract again = Samples.tokenised(contract(ID, AT, HOLDER, OWNER), "holder");
        assertThatThrownBy(() -> demand(table, again)).hasMessageContaining("column 'owner' must stay tokenised");
    }

    @Test
    void aColumnOfClearValuesIsNotTokenisedLater() {
        assertThatThrownBy(() -> demand(table(clear), tokenised))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage(
                        "[memory.n.t] column 'owner' must stay clear but the contract tokenises it: a column holds one"
                                + " kind of values; publish a new major version of the product");
        assertThatThrownBy(() -> demand(table(clear), Samples.tokenised(contract(ID, AT, HOLDER), "holder")))
                .hasMessageContaining("column 'owner' must stay clear");
    }

    @Test
    void aColumnOfTokensIsNotClearLater() {
        assertThatThrownBy(() -> demand(table(tokenised), clear))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[memory.n.t] column 'owner' must stay tokenised but the contract does not say so: a column"
                        + " holds one kind of values; publish a new major version of the product");
        assertThatThrownBy(() -> demand(table(tokenised), contract(ID, AT, HOLDER)))
                .hasMessageContaining("column 'owner' must stay tokenised");
    }

    @Test
    void aTableWhoseTokensAreOfAnotherKeyIsRefused() {
        TokenKeys others = domain -> "another key, as long as it must be".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> TokenColumns.demand(table(tokenised), tokenised, Tokens.of(tokenised, others)))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[memory.n.t] tokens must be made with the key of those that the table holds but the key of"
                        + " domain 'drilling' is another one");
    }

    @Test
    void aTokenisedFieldIsNotedBeforeItsColumnComesSoThatACrashBetweenCostsNothing() {
        Table table = table(tokenised);
        Contract later = Samples.tokenised(contract(ID, AT, PHONE), "phone");
        TokenColumns.mark(table, later, tokens(later));
        table.refresh();

        assertThat(table.properties().get(TokenColumns.COLUMNS)).isEqualTo("owner,phone");
        assertThat(table.schema().findField("phone")).isNull();
        assertThatThrownBy(() -> demand(table, contract(ID, AT, PHONE)))
                .as("another process meanwhile")
                .hasMessageContaining("column 'phone' must stay tokenised");
        TokenColumns.mark(table, later, tokens(later));
        SchemaEvolution.apply(table, TableShape.columns(later, true), later.schema());
        table.refresh();
        assertThatCode(() -> demand(table, later)).doesNotThrowAnyException();
    }

    @Test
    void aTableThatMovedSinceItWasLookedAtIsLookedAtAgain() {
        Table table = table(clear);
        table.refresh();
        Contract later = Samples.tokenised(contract(ID, AT, OWNER, PHONE), "phone");
        catalog.loadTable(NAME)
                .updateSchema()
                .addColumn("phone", Types.StringType.get())
                .commit();

        assertThatThrownBy(() -> TokenColumns.mark(table, later, tokens(later)))
                .isInstanceOf(CommitFailedException.class);
        table.refresh();
        assertThatThrownBy(() -> TokenColumns.mark(table, later, tokens(later)))
                .isInstanceOf(TableRefusedException.class)
                .hasMessageContaining("column 'phone' must stay clear");
    }

    private static void demand(Table table, Contract contract) {
        TokenColumns.demand(table, contract, tokens(contract));
    }

    private static @Nullable Tokens tokens(Contract contract) {
        return Tokens.of(contract, Samples.TOKEN_KEYS);
    }

    private Table table(Contract contract) {
        catalog.dropTable(NAME);
        return catalog.buildTable(NAME, TableShape.columns(contract, true))
                .withProperty("format-version", "3")
                .withProperties(TokenColumns.properties(Map.of(), contract, tokens(contract)))
                .create();
    }

    private static Contract contract(String... fields) {
        Schema schema = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Tank\",\"fields\":[" + String.join(",", fields) + "]}");
        return Samples.contract("tank", schema, List.of("id"));
    }
}
