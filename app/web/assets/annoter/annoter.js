/** The reader of a piece: pages, zoom, marks drawn by hand or by keys, fields shown where they were read. */
import "./annoter.css";
import { turn } from "./pages.js";
import { draw } from "./draw.js";
import { send } from "./send.js";
import { tieFields } from "./fields.js";
import { tieMarks } from "./marks.js";

function mount(reader) {
  const pages = turn(reader);
  tieMarks(reader, pages);
  tieFields(reader, pages);
  const dialog = reader.querySelector("dialog.annotation");
  if (!dialog) return;
  const pen = draw(reader, pages, (mark) => {
    dialog.returnValue = "";
    send.open(dialog, mark);
  });
  dialog.addEventListener("close", pen.stop);
  send.watch(reader, dialog);
}

document.querySelectorAll("[data-lecteur]").forEach(mount);
