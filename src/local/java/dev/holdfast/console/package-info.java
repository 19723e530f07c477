/**
 * The local cloud's console: a page that shows it, measures and judges what passes through it, and
 * tells the stories of the README, in the browser as in the terminal. None of it ships. See
 * docs/decisions/0014-a-console-of-plain-modules.md.
 */
package dev.holdfast.console;
