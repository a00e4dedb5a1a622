from resonance.cli.main import main

main()
