/** One palette button opens the acts and services of a town hall, by their names, ready to be placed. */
import { word } from "../shared/words.js";

const WORDS = { fr: { titre: "Actes du courrier" }, en: { titre: "Mail acts" } };
const MENU = "vaguemestre-actes";
export default function Acts(palette, popupMenu, create, elementTemplates, mouse, canvas) {
  palette.registerProvider(600, this);
  popupMenu.registerProvider(MENU, this);

  this.getPaletteEntries = () => (entries) => ({
    ...entries,
    [MENU]: {
      group: "create",
      className: "vaguemestre-icone-actes",
      title: word("titre", {}, WORDS),
      action: {
        click: (event) => {
          const place = event.currentTarget?.getBoundingClientRect?.() ?? event.target.getBoundingClientRect();
          popupMenu.open(canvas.getRootElement(), MENU, { x: place.right + 8, y: place.top }, { title: word("titre", {}, WORDS), width: 340, search: true });
        },
      },
    },
  });

  const place = (template) => (event) => {
    popupMenu.close();
    create.start(event instanceof MouseEvent ? event : mouse.getLastMoveEvent(), elementTemplates.createElement(template));
  };
  this.getPopupMenuEntries = () =>
    Object.fromEntries(
      elementTemplates.getAll().map((template) => [
        template.id,
        { label: template.name, description: template.description, group: template.category, action: { click: place(template), dragstart: place(template) } },
      ]),
    );
}
Acts.$inject = ["palette", "popupMenu", "create", "elementTemplates", "mouse", "canvas"];
