// Shows what an alert becomes while it is being written. Without scripts the page shows it when the draft is saved.

const PAUSE = 500

/** Draw the preview again after every pause in writing, and after every choice. */
export function previewAsWritten (form) {
  let newest = 0
  let timer
  const draw = async () => {
    const mine = ++newest
    const words = await previewOf(form)
    if (words !== null && mine === newest) show(words)
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(draw, PAUSE)
  })
}

async function previewOf (form) {
  try {
    const answer = await fetch(form.dataset.previews, { method: 'POST', body: new FormData(form) })
    return answer.ok && !answer.redirected ? await answer.text() : null
  } catch {
    return null // no signal: saving still shows it once there is
  }
}

function show (words) {
  const place = document.getElementById('preview')
  const opened = [...place.querySelectorAll('details')].map(one => one.open)
  place.replaceChildren(...new DOMParser().parseFromString(words, 'text/html').body.childNodes)
  place.querySelectorAll('details').forEach((one, index) => { one.open = opened[index] ?? false })
}
