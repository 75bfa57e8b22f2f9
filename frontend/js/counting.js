// Counts whom a choice comes to while it is being made. Without scripts a button on the page does.

const SHOWN = ['count', 'send', 'text']

/** Count again after every change of this form, and show what the service says to it. */
export function countAsChosen (form) {
  let newest = 0
  form.addEventListener('change', async () => {
    const mine = ++newest
    const page = await counted(form)
    if (page && mine === newest) SHOWN.forEach(id => show(page, id))
  })
}

async function counted (form) {
  try {
    const answer = await fetch(form.dataset.counts, { method: 'POST', body: new FormData(form) })
    return answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null
  } catch {
    return null // no signal: the button still counts once there is
  }
}

function show (page, id) {
  const fresh = page.getElementById(id)
  if (fresh) document.getElementById(id).replaceChildren(...fresh.childNodes)
}
