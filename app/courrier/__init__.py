"""The trade, one module a stage, in the order of the letter's journey.

depot        what arrives is captured, byte for byte        annotations  marks and comments on its pages
registre     it gets a number that is never reused          reponse      an answer is drafted and typeset
texte        its pages are read                             sceau        signed
indexation   sender, date, subject are proposed             envoi        and sent, with its proof
recherche    so that it is found again                      relance      who is late is reminded, then raised
circuits     its nature sets it on a circuit                rapports     and counted
corbeille    its steps await the right people               services     what circuits may ask of all these
actes        who qualify, annotate, approve, sign           journey      conducts them all
"""
