// Making parts of a page. Words are always text, never markup.

/** An element with its attributes and what stands in it. */
export function element (name, attributes = {}, ...inside) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...inside)
  return made
}

/** A button that looks like a link, for what is done beside the main thing. */
export function quietButton (words, press) {
  const made = element('button', { type: 'button', class: 'ldis-quiet-button' }, words)
  made.addEventListener('click', press)
  return made
}
