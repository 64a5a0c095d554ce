package io.fedmesh.govern.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oracle itself, against the examples of IAM's reference. */
class IamMatcherTest {
    @ParameterizedTest
    @CsvSource({
        "a*c, abbc, true",
        "a*c, ac, true",
        "a*c, acd, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "a${*}c, a*c, true",
        "a${*}c, abc, false",
        "a${?}c, a?c, true",
        "a${?}c, abc, false",
        "a${$}{*}, a${}, true",
        "a${$}{*}, a${xyz}, true",
        "a$b, a$b, true",
        "*, anything/at:all, true",
    })
    void aResourceIsReadAsIamReadsIt(String resource, String arn, boolean isMatch) {
        assertThat(IamMatcher.matches(resource, arn)).isEqualTo(isMatch);
    }
}
