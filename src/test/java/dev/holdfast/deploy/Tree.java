package dev.holdfast.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A part of a YAML document. One that is missing is an empty one. */
record Tree(Object node) {

  Tree at(String... path) {
    Tree part = this;
    for (String name : path) {
      part = part.map().getOrDefault(name, new Tree(Map.of()));
    }
    return part;
  }

  boolean has(String name) {
    return map().containsKey(name);
  }

  Map<String, Tree> map() {
    Map<String, Tree> parts = new LinkedHashMap<>();
    if (node instanceof Map<?, ?> map) {
      map.forEach((name, part) -> parts.put(String.valueOf(name), new Tree(part)));
    }
    return parts;
  }

  /** The parts of a list; one for what stands alone, as YAML's readers allow in many places. */
  List<Tree> list() {
    if (node instanceof List<?> list) {
      return list.stream().<Tree>map(Tree::new).toList();
    }
    return map().isEmpty() && node instanceof Map<?, ?> ? List.of() : List.of(this);
  }

  String text() {
    return String.valueOf(node);
  }

  /** This part and all that is in it. */
  Stream<Tree> parts() {
    Stream<Tree> below = node instanceof List<?> ? list().stream() : map().values().stream();
    return Stream.concat(Stream.of(this), below.flatMap(Tree::parts));
  }

  /**
   * What stands here whatever the parameters are: this part, or both branches of an {@code Fn::If}
   * but {@code AWS::NoValue}.
   */
  Stream<Tree> alternatives() {
    if (!has("Fn::If")) {
      return at("Ref").text().equals("AWS::NoValue") ? Stream.empty() : Stream.of(this);
    }
    return at("Fn::If").list().stream().skip(1).flatMap(Tree::alternatives);
  }
}
