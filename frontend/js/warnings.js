// Says beside a free text, while it is being written, what in it could identify somebody. It stops nobody: the
// service decides, in the same words.

import { element } from './elements.js'
import { findDetails } from './identifying.js'

const PAUSE = 600
const LONGEST = 5_000

/** Look after one free text. */
export function warnBeside (field) {
  const line = element('p', { class: 'ldis-warns', role: 'status', id: `${field.id}-warns` })
  const place = field.closest('.ldis-suggests') ?? field
  place.before(line)
  field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') ?? ''} ${line.id}`.trim())
  let timer
  const check = () => {
    const words = sentence(field.value.slice(0, LONGEST))
    if (line.textContent !== words) line.textContent = words
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(check, PAUSE)
  }
  field.addEventListener('input', soon)
  field.addEventListener('blur', soon) // not at once: a button must not move away from under the finger that left here
  if (field.value && !field.matches('[class*="--error"]')) soon() // there the service has said it already
}

function sentence (text) {
  const found = findDetails(text).map(detail => `“${detail.text}” (${detail.kind})`)
  return found.length ? `Take out ${found.join(', ')}. We must not hold anything that identifies the person.` : ''
}
