package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleTest {
  private static final String TABLE = "arn:aws:dynamodb:eu-central-1:0:table/t";

  @ParameterizedTest
  @CsvSource({
    "dynamodb:GetItem,arn:aws:dynamodb:eu-central-1:0:table/t,true",
    "dynamodb:getitem,arn:aws:dynamodb:eu-central-1:0:table/t,true",
    "dynamodb:*,*,true",
    "dynamodb:Get*,arn:aws:dynamodb:*:0:table/?,true",
    "dynamodb:GetItem,arn:aws:dynamodb:eu-central-1:0:table/t/index/*,false",
    "dynamodb:GetItem,arn:aws:dynamodb:eu-central-1:0:table/T,false",
    "dynamodb:Get,arn:aws:dynamodb:eu-central-1:0:table/t,false",
    "dynamodb.GetItem,arn:aws:dynamodb:eu-central-1:0:table/t,false",
    "sqs:*,*,false"
  })
  void aCallIsAllowedWhereActionAndResourceAre(String action, String resource, boolean allowed) {
    Role role = role(Map.of("Effect", "Allow", "Action", action, "Resource", resource));

    assertThat(role.allows("dynamodb:GetItem", TABLE)).isEqualTo(allowed);
  }

  @Test
  void actionAndResourceAreToBeOfOneStatement() {
    Role role =
        role(
            List.of(
                Map.of("Effect", "Allow", "Action", "dynamodb:GetItem", "Resource", "other"),
                Map.of("Effect", "Allow", "Action", "dynamodb:PutItem", "Resource", TABLE)));

    assertThat(role.allows("dynamodb:GetItem", TABLE)).isFalse();
  }

  @Test
  void onlyAllowAllows() {
    Role role = role(Map.of("Effect", "Deny", "Action", "*", "Resource", "*"));

    assertThat(role.allows("dynamodb:GetItem", TABLE)).isFalse();
    assertThat(Role.NONE.allows("dynamodb:GetItem", TABLE)).isFalse();
  }

  private static Role role(Map<String, String> statement) {
    return role(List.of(statement));
  }

  private static Role role(List<Map<String, String>> statements) {
    return Role.of(List.of(Json.MAPPER.valueToTree(Map.of("Statement", statements))));
  }
}
