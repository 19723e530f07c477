/** Finding and making elements. Text is always set as text, never as HTML. */

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/**
 * Makes an element.
 *
 * @param attributes as in HTML; `on…` takes a listener, false and null leave an attribute out
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets a text only where it differs, so that nothing is read out or selected away in vain. */
export function say(element, text) {
  const words = String(text);
  if (element.textContent !== words) {
    element.textContent = words;
  }
}

/** A button that stays where it is, with its focus, while it has nothing to do. */
export function enable(button, enabled) {
  button.setAttribute('aria-disabled', String(!enabled));
}

export const enabled = (button) => button.getAttribute('aria-disabled') !== 'true';

export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
