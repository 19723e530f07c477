package dev.holdfast.local;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a CloudFormation template as YAML. The short form of an intrinsic function, such as {@code
 * !GetAtt A.B}, comes out as its long form, {@code {"Fn::GetAtt": "A.B"}}.
 */
public final class TemplateReader extends SafeConstructor {

  private TemplateReader() {
    super(new LoaderOptions());
    yamlMultiConstructors.put("!", new Intrinsic());
  }

  /**
   * The document.
   *
   * @throws StartFailure if the file is not there or no YAML mapping
   */
  public static Map<String, Object> read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      if (new Yaml(new TemplateReader()).load(reader) instanceof Map<?, ?> document) {
        Map<String, Object> byName = new LinkedHashMap<>();
        document.forEach((name, part) -> byName.put(String.valueOf(name), part));
        return byName;
      }
      throw new StartFailure(file + " is not a template.");
    } catch (YAMLException broken) {
      throw new StartFailure(file + " cannot be read as YAML: " + broken.getMessage(), broken);
    } catch (IOException missing) {
      throw new StartFailure(
          file + " cannot be read; start in the project's directory, or set local.template.",
          missing);
    }
  }

  private final class Intrinsic extends AbstractConstruct {
    @Override
    public Object construct(Node node) {
      String name = node.getTag().getValue().substring(1);
      String longForm = List.of("Ref", "Condition").contains(name) ? name : "Fn::" + name;
      node.setTag(plain(node));
      return Collections.singletonMap(longForm, getConstructor(node).construct(node));
    }

    private static Tag plain(Node node) {
      return node instanceof ScalarNode
          ? Tag.STR
          : node instanceof SequenceNode ? Tag.SEQ : Tag.MAP;
    }
  }
}
