/**
 * The local cloud's console: a page that shows it, measures and judges what passes through it, and
 * tells the stories of the README, in the browser as in the terminal. None of it ships.
 */
package dev.holdfast.console;
