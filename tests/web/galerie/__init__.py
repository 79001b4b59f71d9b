"""Sample pages that show the whole look without a town hall behind them: `python -m tests.web.galerie.app`."""
