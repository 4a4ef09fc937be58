// A table of any length: only the rows in sight are in the document. One stop of the Tab key; arrows move within.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../html.js';

const rowHeight = 34; // px, as in page.css
const beyond = 8; // rows drawn above and below what is in sight
const sampled = 400; // rows that column widths are taken from

/**
 * @param columns { key, label, unit, value(row), text(row), cell?(row), numeric }[]
 * @param rows { id, … }[]
 * @param order 'key' or '-key'
 */
export function VirtualTable({ label, columns, rows, order, onOrder, chosen, onChoose, onOpen }) {
  const box = useRef(),
    [top, setTop] = useState(0),
    [height, setHeight] = useState(600),
    [active, setActive] = useState(null);
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setHeight(entry.contentRect.height));
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  // A shorter list may have left the place that was looked at behind.
  useEffect(() => {
    if (top > rows.length * rowHeight) box.current.scrollTop = 0;
  }, [rows.length]);

  const widths = useWidths(columns, rows);
  const first = Math.max(0, Math.floor(top / rowHeight) - beyond),
    last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + beyond);
  const at = active === null ? -1 : rows.findIndex(row => row.id === active);

  function move(index) {
    if (rows.length === 0) return;
    const to = Math.max(0, Math.min(rows.length - 1, index)),
      y = to * rowHeight,
      view = box.current.clientHeight - rowHeight;
    setActive(rows[to].id);
    if (y < box.current.scrollTop) box.current.scrollTop = y;
    else if (y + rowHeight > box.current.scrollTop + view) box.current.scrollTop = y + rowHeight - view;
  }

  const page = Math.max(1, Math.floor(height / rowHeight) - 2);
  const keys = {
    ArrowDown: () => move(at + 1),
    ArrowUp: () => move(at - 1),
    j: () => move(at + 1),
    k: () => move(at - 1),
    PageDown: () => move(at + page),
    PageUp: () => move(at - page),
    Home: () => move(0),
    End: () => move(rows.length - 1),
    Enter: () => at >= 0 && onOpen(rows[at]),
    ' ': () => at >= 0 && onChoose(rows[at]),
    x: () => at >= 0 && onChoose(rows[at]),
  };
  const onKeyDown = event => {
    const act = event.target === box.current && !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return html`<div class="table-box" ref=${box} tabindex="0" role="grid" aria-label=${label} aria-rowcount=${rows.length + 1}
    aria-colcount=${columns.length + 1} aria-multiselectable="true"
    aria-activedescendant=${at >= first && at < last ? rowId(active) : undefined}
    onScroll=${event => setTop(event.currentTarget.scrollTop)} onKeyDown=${onKeyDown}>
    <table role="presentation">
      <colgroup><col class="choose" />
        ${columns.map((column, index) => html`<col key=${column.key} style=${{ width: widths[index] }} />`)}</colgroup>
      <thead role="rowgroup"><tr role="row" aria-rowindex="1">
        <th role="columnheader" class="choose"><span class="hidden">chosen</span></th>
        ${columns.map(column => html`<${Head} key=${column.key} ...${{ column, order, onOrder }} />`)}
      </tr></thead>
      <tbody role="rowgroup">
        ${first > 0 && html`<${Gap} key="above" rows=${first} />`}
        ${rows.slice(first, last).map(
          (row, index) => html`<${Row} key=${row.id} ...${{ row, columns, onChoose, onOpen }} index=${first + index}
          isActive=${row.id === active} isChosen=${chosen.has(row.id)} activate=${setActive} />`,
        )}
        ${last < rows.length && html`<${Gap} key="below" rows=${rows.length - last} />`}
      </tbody>
    </table>
  </div>`;
}

const rowId = id => `row-${id}`;

const Gap = ({ rows }) => html`<tr role="presentation" class="gap" style=${{ height: `${rows * rowHeight}px` }}></tr>`;

function Head({ column, order, onOrder }) {
  const isOrder = order.replace(/^-/, '') === column.key,
    descending = order.startsWith('-');
  return html`<th role="columnheader" class=${column.numeric ? 'number' : ''}
    aria-sort=${isOrder ? (descending ? 'descending' : 'ascending') : undefined}>
    <button type="button" title=${column.title ?? `order by ${column.label}`}
      onClick=${() => onOrder(isOrder && !descending ? `-${column.key}` : column.key)}>
      ${column.label}<span class="arrow" aria-hidden="true">${isOrder ? (descending ? '↓' : '↑') : ''}</span>
      ${column.unit && html`<small>${column.unit}</small>`}
    </button>
  </th>`;
}

function Row({ row, columns, index, isActive, isChosen, activate, onChoose, onOpen }) {
  return html`<tr role="row" id=${rowId(row.id)} aria-rowindex=${index + 2} aria-selected=${isChosen}
    class=${`row${isActive ? ' active' : ''}${isChosen ? ' chosen' : ''}`}
      onClick=${event => {
        activate(row.id);
        if (!event.target.closest('a, input')) onOpen(row);
      }}>
    <td role="gridcell" class="choose"><input type="checkbox" tabindex="-1" aria-label=${`choose trial ${row.id}`} checked=${isChosen}
      onChange=${() => onChoose(row)} /></td>
    ${columns.map(
      column => html`<td key=${column.key} role="gridcell" class=${column.numeric ? 'number' : ''}
        title=${column.numeric ? undefined : column.text(row)}>
      ${column.cell ? column.cell(row) : column.text(row)}
    </td>`,
    )}
  </tr>`;
}

/** Widths that fit the texts, and never shrink while one looks: columns do not jump. */
function useWidths(columns, rows) {
  const widest = useRef(new Map());
  return useMemo(() => {
    const step = Math.max(1, Math.floor(rows.length / sampled));
    return columns.map(column => {
      let width = Math.max(
        widest.current.get(column.key) ?? 0,
        (column.label.length + 2) * 0.94,
        (column.unit?.length ?? 0) * 0.88,
        column.least ?? 3,
      );
      for (let index = 0; index < rows.length; index += step) width = Math.max(width, column.text(rows[index]).length);
      width = Math.min(width, column.most ?? 26);
      widest.current.set(column.key, width);
      return `calc(${width.toFixed(1)}ch + 24px)`;
    });
  }, [columns, rows]);
}
