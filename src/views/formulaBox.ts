/** The box in which values are defined by formulas, and taken away again. */
import type { IFormula, IFormulaProblem } from '../analysis/formula';
import {
  formulaProblem,
  isFull,
  soundFormulas,
  withFormulas
} from '../analysis/formulas';
import { Disposables, el, uniqueId } from './dom';
import type { ITranslation } from './env';
import type { IViewContext } from './view';

/** Opens the box at the top of `root`; Escape or a look elsewhere closes it. */
export function openFormulas(
  root: HTMLElement,
  context: IViewContext,
  closed: () => void
): () => void {
  const { data, state, trans } = context;
  const listeners = new Disposables();
  const events = data.measured.values.map(({ name }) => name);
  const [first, second = first] = events;
  const problem = el('p', {
    class: 'np-Formulas-problem',
    attrs: { role: 'alert', id: uniqueId('problem') }
  });
  const input = (label: string, placeholder: string, most: number) =>
    el('input', {
      attrs: {
        type: 'text',
        'aria-label': label,
        'aria-describedby': problem.id,
        placeholder,
        maxlength: most,
        autocomplete: 'off',
        spellcheck: 'false'
      }
    });
  const name = input(trans.__('Name'), trans.__('name'), 40);
  const text = input(trans.__('Formula'), `${first} + 10 ${second}`, 400);
  const add = el('button', {
    class: 'np-Toggle',
    text: trans.__('Add'),
    attrs: { type: 'submit' }
  });
  const list = el('ul');
  const form = el(
    'form',
    {},
    el('div', {}, name, el('span', { text: '=' }), text, add),
    problem
  );
  const box = el(
    'div',
    {
      class: 'np-Menu np-Address np-Formulas',
      attrs: { role: 'dialog', 'aria-label': trans.__('Formulas') }
    },
    el('p', {
      text: trans.__(
        'A value made of others: a sum of events, each with a factor. Events: %1.',
        events.join(', ')
      )
    }),
    list,
    form
  );
  const close = (): void => {
    listeners.dispose();
    box.remove();
  };
  const show = (): void => {
    list.replaceChildren(
      ...state.value.formulas.map(formula => {
        const remove = el('button', {
          class: 'np-Toggle',
          text: trans.__('Remove'),
          attrs: {
            type: 'button',
            'aria-label': trans.__('Remove %1', formula.name)
          }
        });
        remove.addEventListener('click', () => {
          name.focus();
          takeAway(context, formula);
        });
        const said = `${formula.name} = ${formula.text}`;
        return el('li', {}, el('code', { text: said }), remove);
      })
    );
    list.hidden = state.value.formulas.length === 0;
  };
  listeners.on(form, 'submit', event => {
    event.preventDefault();
    const formula = { name: name.value.trim(), text: text.value.trim() };
    const found = addFormula(context, formula);
    problem.textContent = found ? formulaProblemText(found, trans) : '';
    if (found) {
      const isOfName = found.kind === 'name' || found.kind === 'taken';
      (isOfName ? name : text).focus();
    } else {
      close();
      closed();
    }
  });
  listeners.on(box, 'keydown', event => {
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
      closed();
    }
    // What is written here is no key of the viewer.
    event.stopPropagation();
  });
  listeners.on(box, 'focusout', event => {
    const to = event.relatedTarget;
    if (!(to instanceof Node && box.contains(to))) {
      close();
    }
  });
  listeners.add(state.subscribe(['formulas'], show));
  show();
  root.append(box);
  name.focus();
  return close;
}

/** Adds a formula to the values and shows it; the problem if that cannot be. */
function addFormula(
  { data, state }: IViewContext,
  formula: IFormula
): IFormulaProblem | null {
  const { formulas } = state.value;
  const problem = isFull(formulas)
    ? { kind: 'many' as const, what: formula.name }
    : formulaProblem(data.profile, formula);
  if (!problem) {
    state.set({
      formulas: [...formulas, formula],
      value: data.profile.values.length,
      zoom: []
    });
  }
  return problem;
}

/** Takes a formula away, and those that are made of it. */
function takeAway({ data, state }: IViewContext, formula: IFormula): void {
  const { formulas, value } = state.value;
  const { measured, profile } = data;
  const left = soundFormulas(
    measured,
    formulas.filter(other => other !== formula)
  );
  const shown = profile.values[value]?.name;
  const { values } = withFormulas(measured, left);
  const at = values.findIndex(({ name }) => name === shown);
  state.set({ formulas: left, value: Math.max(at, 0), zoom: [] });
}

/** Why a formula cannot be added, and what to write. */
export function formulaProblemText(
  { kind, what }: IFormulaProblem,
  trans: ITranslation
): string {
  switch (kind) {
    case 'empty':
      return trans.__('Write a sum of events, as Ir + 10 Dr.');
    case 'syntax':
      return what
        ? trans.__(
            'A formula is a sum of events with factors, as Ir + 10 Dr: “%1” does not fit.',
            what
          )
        : trans.__('An event is missing at the end.');
    case 'unknown':
      return trans.__('There is no event “%1”.', what);
    case 'units':
      return trans.__('%1 have different units and cannot be added.', what);
    case 'name':
      return trans.__('Give it a name of at most 40 characters.');
    case 'taken':
      return trans.__('There is already a value called “%1”.', what);
    case 'many':
      return trans.__('There are 20 formulas: remove one first.');
    case 'negative':
      return trans.__(
        'This is negative for some functions, so that it cannot be shown in shares.'
      );
  }
}
